"""Many continuations of one prefix: in batches of about the same length, side by side on the cores."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from daogou.errors import TooLate
from daogou.language.builtin_session import Prefix, Session
from daogou.ports import Deadline

BATCH_TOKENS = 512  # at a time: more leave the cache of a core


def scored(
    session: Session, prefix: Prefix, ids: Sequence[list[int]], *, threads: int, deadline: Deadline
) -> list[list[float]]:
    """log P of each token of each continuation, in their order; TooLate between two batches."""
    found: list[list[float]] = [[] for _ in ids]

    def score(batch: list[int]) -> None:
        in_time(deadline)
        by_tokens = session.log_likelihood(prefix, [ids[place] for place in batch])
        for place, by_token in zip(batch, by_tokens, strict=True):
            found[place] = by_token

    planned = batches([len(row) for row in ids], threads)
    if len(planned) == 1 or threads == 1:
        list(map(score, planned))
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(score, planned))
    return found


def batches(lengths: Sequence[int], threads: int) -> list[list[int]]:
    """Places of texts of about the same length, shortest first, something for every core; empty texts are left out."""
    most = min(BATCH_TOKENS, -(-sum(lengths) // threads))
    found: list[list[int]] = []
    for place in sorted(filter(lengths.__getitem__, range(len(lengths))), key=lengths.__getitem__):
        if found and (len(found[-1]) + 1) * lengths[place] <= most:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def in_time(deadline: Deadline) -> None:
    """TooLate where nobody waits any more."""
    if deadline.passed:
        raise TooLate("the language model did not finish before its deadline")
