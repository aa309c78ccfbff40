"""A log in which A is always followed by B, and everything else by anything."""

import numpy as np

from daogou.recommend.history import History, Visit
from daogou.recommend.learn.interactions import Interactions
from daogou.recommend.models.items import Vectors

N_ITEMS, A, B = 24, 3, 7
NEW = 23  # nobody has touched it; it reads like B
VISITS = 6


def planted(shoppers: int = 240) -> Interactions:
    """Six visits each, one product a visit; A and then B at a time of the shopper's own."""
    dice = np.random.default_rng(5)
    rows = dice.choice([row for row in range(NEW) if row not in (A, B)], size=(shoppers, VISITS))
    at = dice.integers(0, VISITS - 1, size=shoppers)
    rows[np.arange(shoppers), at] = A
    rows[np.arange(shoppers), at + 1] = B
    count = shoppers * VISITS
    return Interactions(
        shopper=np.repeat(np.arange(shoppers, dtype=np.int32), VISITS),
        visit=np.arange(count, dtype=np.int32),
        row=rows.ravel().astype(np.int32),
        strength=np.ones(count, dtype=np.float32),
        bought=np.ones(count, dtype=np.bool_),
        day=(dice.random((shoppers, 1)) * 300 + np.arange(VISITS)).ravel(),
        n_items=N_ITEMS,
    )


def texts() -> Vectors:
    """(N_ITEMS, 16) length 1; NEW is almost B."""
    dice = np.random.default_rng(6)
    vectors = dice.normal(size=(N_ITEMS, 16))
    vectors[NEW] = vectors[B] + 0.1 * dice.normal(size=16)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def history(*rows: int) -> History:
    """One purchase a visit."""
    return History(tuple(Visit(items={row: 1.0}, bought=frozenset((row,))) for row in rows))
