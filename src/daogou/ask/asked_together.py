"""The needs of a message that asks for several things, or for one thing more beside the one before."""

from collections.abc import Callable
from dataclasses import replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.several import Together, follows, several
from daogou.shop.need import Act, ShopperNeed
from daogou.text.thesaurus import thesaurus

_FEW_WORDS = 3


def asked_together(
    text: str,
    before: ShopperNeed | None,
    lexicon: Lexicon,
    *,
    together: Together,
    read: Callable[[str], ShopperNeed],
) -> tuple[ShopperNeed, ...]:
    """One need for each thing of a folded message, in order; empty where it is about one thing or about none.

    `read` understands a few words by themselves. "And a screen for it" is one need that keeps what it is for.
    """
    more = follows(text, _thing(before), lexicon) if before is not None else None
    things = (more,) if more is not None else several(text, lexicon, together=together)
    needs = tuple(replace(read(thing.text), others=(), said="" if more else thing.name) for thing in things)
    return needs if all(need.act is Act.FIND for need in needs) else ()


def _thing(need: ShopperNeed) -> str:
    """What a need is for, in a word or two."""
    if need.said or (need.query and len(need.query.split()) <= _FEW_WORDS):
        return need.said or need.query
    return thesaurus().type_label(need.category[0], need.language) if need.category else ""
