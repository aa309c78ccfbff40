"""What one message says by itself, before the talk so far is taken into account."""

from dataclasses import dataclass

from daogou.catalog.products.need import Alternative, Constraint, Notice, Sort


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Cheaper ones; a bit more expensive is ok: a price relative to what was shown."""

    more: bool
    loosens: bool = False  # only allows it, does not ask for it
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One message by itself.

    `dropped` are attributes that no longer matter, `dropped_values` the words of wishes to take back. `words` are what is
    left to search for.
    """

    category: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    sort: Sort | None = None
    purpose: str = ""
    recipient: str = ""
    unsold: tuple[str, ...] = ()  # what no word of the shop names
    names: tuple[str, ...] = ()  # of what is asked for, the shopper's noun first
    notices: tuple[Notice, ...] = ()
    words: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    dropped_values: tuple[str, ...] = ()
    moved: Moved | None = None
    bare: tuple[Constraint, ...] = ()  # amounts without any comparison, as they stand: "make it 16GB"
    kept: tuple[str, ...] = ()  # attributes that stay as they were, whatever else is asked for: 价格不变
    widens: bool = False  # values come on top of those of before: red is fine too
    retracts: bool = False  # what is turned down was wanted before: not the red one any more
    permits: bool = False  # what was refused before is fine after all
    alternatives: tuple[Alternative, ...] = ()  # other readings of the same words

    @property
    def empty(self) -> bool:
        """Whether it says nothing about products."""
        return self == Reading(notices=self.notices, retracts=self.retracts, permits=self.permits)
