"""A log as windows of touches, and after which touch of which window each visit is to be foretold; the products as training sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from daogou.recommend.learn.interactions import Floats, Interactions, Mask
from daogou.recommend.models.items import Vectors
from daogou_training.sequence.network import FREE, Weights, item_vectors

if TYPE_CHECKING:
    import torch

Places = npt.NDArray[np.int64]
FARTHEST = 4  # visits ahead that are foretold
FLATTENED = 0.75  # of the counts (Mikolov et al. 2013): what is rare is drawn more often than it is wanted


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Stretches of the log, and the visits that are foretold in them: each in one window alone."""

    interactions: Interactions
    starts: Places  # (n_windows,) first touch
    ends: Places  # (n_windows,) behind the last
    visits: Places  # (n_foretold,) which visit, ascending within a window
    window: Places  # (n_foretold,) in which window, ascending
    allowed: Mask  # (n_visits,) which may be foretold at all

    @cached_property
    def first_touch(self) -> Places:
        """(n_visits + 1,) where each visit begins."""
        return np.searchsorted(self.interactions.visit, np.arange(self.interactions.n_visits + 1))

    def only(self, visits: Mask) -> Windows:
        """Those visits (n_visits,) foretold alone, in the windows that they need."""
        kept = visits[self.visits]
        used, window = np.unique(self.window[kept], return_inverse=True)
        starts, ends = self.starts[used], self.ends[used]
        window, allowed = window.astype(np.int64), self.allowed & visits
        return replace(self, starts=starts, ends=ends, visits=self.visits[kept], window=window, allowed=allowed)

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Windows side by side, filled up at their ends, which nothing before them sees."""

    rows: Places  # (n_windows, longest) of the item table
    strengths: Floats  # (n_windows, longest)
    points: Places  # (n_points,) places in the flattened windows after which a visit is foretold
    owners: Places  # (n_targets,) by which point
    targets: Places  # (n_targets,) rows that were wanted
    shares: Floats  # (n_targets,) of one visit: they sum to 1


def windows_of(interactions: Interactions, length: int) -> Windows:
    """At most `length` touches each; those of a long log overlap by half, so that every visit has half a window before it."""
    first_touch = np.searchsorted(interactions.visit, np.arange(interactions.n_visits + 1))
    returning = np.flatnonzero(np.diff(interactions.shopper_of, prepend=-1) == 0)  # visits with one before them
    first_of = np.searchsorted(interactions.shopper, interactions.shopper_of[returning])  # the shopper's first touch
    last_read = first_touch[returning] - 1  # the touch after which the visit is foretold
    half = max(1, length // 2)
    number = np.maximum(0, (last_read - first_of) // half - 1)
    keys, window = np.unique(first_of + number * half, return_inverse=True)
    ends = np.zeros(len(keys), dtype=np.int64)
    np.maximum.at(ends, window, last_read + 1)
    return Windows(
        interactions=interactions,
        starts=keys,
        ends=ends,
        visits=returning,
        window=window.astype(np.int64),
        allowed=np.ones(interactions.n_visits, dtype=bool),
    )


def batch_of(windows: Windows, chosen: Places, *, ahead: float = 0.0) -> Batch:
    """Some of the windows, ascending, and everything that is foretold in them.

    A visit later counts `ahead` of the one before it: what is wanted in two visits says something of what is called for now.
    """
    interactions = windows.interactions
    starts, lengths = windows.starts[chosen], (windows.ends - windows.starts)[chosen]
    longest = int(lengths.max())
    touches = starts[:, None] + np.minimum(np.arange(longest), lengths[:, None] - 1)
    first, last = (np.searchsorted(windows.window, chosen, side=side) for side in ("left", "right"))
    predictions = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    place = np.repeat(np.arange(len(chosen)), last - first)
    visits = windows.visits[predictions]
    points = place * longest + windows.first_touch[visits] - 1 - starts[place]
    owners, targets, shares = _targets(windows, visits, ahead)
    return Batch(
        rows=interactions.row[touches].astype(np.int64),
        strengths=interactions.strength[touches],
        points=points,
        owners=owners,
        targets=targets,
        shares=shares,
    )


def _targets(windows: Windows, visits: Places, ahead: float) -> tuple[Places, Places, Floats]:
    """owners, targets, shares: everything that was wanted in those visits and soon after them, by its strength."""
    parts = [_wanted(windows, visits, lag) for lag in range(FARTHEST if ahead else 1)]
    owners, targets, strengths = (np.concatenate(part) for part in zip(*parts, strict=True))
    lags = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    strengths = strengths * ahead**lags
    totals = np.bincount(owners, strengths, minlength=len(visits))
    return owners, targets, (strengths / totals[owners]).astype(np.float32)


def _wanted(windows: Windows, visits: Places, lag: int) -> tuple[Places, Places, Floats]:
    """owners, targets, strengths: so many visits after those, where the same shopper has one that may be foretold."""
    interactions = windows.interactions
    later = np.minimum(visits + lag, interactions.n_visits - 1)
    mine = (
        (interactions.shopper_of[later] == interactions.shopper_of[visits])
        & windows.allowed[later]
        & (later == visits + lag)
    )
    owners, later = np.flatnonzero(mine), later[mine]
    begin, end = windows.first_touch[later], windows.first_touch[later + 1]
    touches = np.concatenate([np.zeros(0, dtype=np.int64), *map(np.arange, begin, end)])
    owners = np.repeat(owners, end - begin)
    totals = np.bincount(owners, interactions.strength[touches], minlength=len(visits))
    strengths = (interactions.strength[touches] / totals[owners]).astype(np.float32)
    return owners, interactions.row[touches].astype(np.int64), strengths


def newest(windows: Windows, share: float, most: int) -> Mask:
    """(n_visits,) the newest of the visits that are foretold: about that share of them, one at least."""
    held = np.zeros(windows.interactions.n_visits, dtype=bool)
    by_age = windows.visits[np.argsort(windows.interactions.day_of[windows.visits], kind="stable")]
    held[by_age[len(by_age) - min(most, max(1, int(len(by_age) * share))) :]] = True
    return held


@dataclass(frozen=True, eq=False, kw_only=True)
class Stock:
    """The products as tensors."""

    content: torch.Tensor | None  # (n_items, dimensions of their text)
    rivals: torch.Tensor  # (n_rivals,) rows beside the wanted ones: what was seen, for the rest was not on sale
    place: torch.Tensor  # (n_items,) where a row stands among the rivals
    bias: Floats  # (n_items,) the log of how often each was touched
    newcomer: float  # that of a product which was never seen: it is taken to be as popular as the middle one
    chances: torch.Tensor  # (n_rivals,) how likely each is drawn as a negative

    def served(self, weights: Weights) -> torch.Tensor:
        """(n_items, d) as they will be served: of what was never seen, only what it reads like is known."""
        import torch

        kept = torch.zeros(len(weights[FREE]), 1, device=self.rivals.device)
        kept[self.rivals] = 1.0
        with torch.no_grad():
            return item_vectors(weights, self.content, kept)


def stock_of(interactions: Interactions, left_out: Mask, vectors: Vectors | None, device: str) -> Stock:
    """Of a log without some visits (n_visits,)."""
    import torch

    counts = np.bincount(interactions.row[~left_out[interactions.visit]], minlength=interactions.n_items)
    rivals = np.flatnonzero(counts)
    place = np.zeros(interactions.n_items, dtype=np.int64)
    place[rivals] = np.arange(len(rivals))
    chances = counts[rivals] ** FLATTENED
    seen = np.log(np.maximum(counts, 1))
    newcomer = float(np.median(seen[rivals]))
    return Stock(
        bias=np.where(counts > 0, seen, newcomer).astype(np.float32),
        newcomer=newcomer,
        content=None if vectors is None else torch.from_numpy(np.asarray(vectors, dtype=np.float32)).to(device),
        rivals=torch.from_numpy(rivals).to(device),
        place=torch.from_numpy(place).to(device),
        chances=torch.from_numpy((chances / chances.sum()).astype(np.float32)).to(device),
    )
