"""The model of our own, on onnxruntime: offline, without torch, in milliseconds."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from daogou.errors import BackendError, TooLate
from daogou.llm.builtin.session import MANIFEST, Array, Manifest, Session, Words, read_manifest
from daogou.llm.engine import Engine, Prompt
from daogou.llm.sampling import Logits, Step, Wanted
from daogou.ports import Deadline

WEIGHTS = Path(__file__).parent / "weights"
MIN_P = 0.05  # Nguyen et al. (2024): what is less likely than this share of the likeliest isn't sampled
BATCH_TOKENS = 512  # scored at a time: more leave the cache of a core


class Builtin(Engine):
    """The engine `builtin`: the model that ships with the package, or one that `learn language` exported."""

    def __init__(self, name: str, session: Session, words: Words, manifest: Manifest, *, threads: int) -> None:
        super().__init__(name, words, ends=[manifest.end], context=manifest.context, instructed=False)
        self._session = session
        self._never = words.never
        self._threads = threads

    @classmethod
    def open(cls, folder: Path | None = None, *, threads: int = 2) -> "Builtin":
        """The model in that folder, else the package's own; BackendError if there is none or a file is damaged."""
        if folder is None and not available():
            raise BackendError("this installation has no language model of its own; name a folder that `export` wrote")
        manifest = read_manifest(folder or WEIGHTS)
        session, words = Session(folder or WEIGHTS, manifest), Words(folder or WEIGHTS, manifest)
        name = f"builtin:{manifest.name}" if folder else "builtin"
        return cls(name, session, words, manifest, threads=threads)

    def _read(self, ids: Sequence[int], deadline: Deadline) -> Prompt:
        return _Prefix(self._session, ids, threads=self._threads, deadline=deadline)

    def _likely(self, logits: Logits, wanted: Wanted) -> Logits:
        """Without the tokens that no text has, and without the unlikely ones where no schema asks for them."""
        likely = logits.copy()
        likely[:, self._never] = -np.inf
        if wanted.mask is None and wanted.temperature > 0:
            least = likely.max(axis=1, keepdims=True) + wanted.temperature * np.log(MIN_P)
            likely[likely < least] = -np.inf
        return likely


class _Prefix(Prompt):
    """A prompt that was read: it stays one, and each row behind it remembers its own tokens alone."""

    def __init__(self, session: Session, ids: Sequence[int], *, threads: int, deadline: Deadline) -> None:
        _in_time(deadline)
        self.length = len(ids)
        self._session = session
        self._memory = session.read(ids)
        self._threads = threads
        self._deadline = deadline

    @property
    def logits(self) -> Logits:
        return self._memory.log_probabilities

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """In batches of about the same length, side by side on the cores; TooLate between two batches."""
        found: list[list[float]] = [[] for _ in continuations]

        def score(batch: list[int]) -> None:
            _in_time(self._deadline)
            by_tokens = self._session.log_likelihood(self._memory, [continuations[place] for place in batch])
            for place, by_token in zip(batch, by_tokens, strict=True):
                found[place] = by_token

        planned = batches([len(row) for row in continuations], self._threads)
        if len(planned) == 1 or self._threads == 1:
            list(map(score, planned))
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(score, planned))
        return found

    def step(self, n: int) -> Step:
        memory, growing = self._session.start(n), list(range(n))

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Array:
            nonlocal memory, growing
            if list(rows) != growing:
                memory = memory.only([growing.index(row) for row in rows])
                growing = list(rows)
            memory, probabilities = self._session.step(self._memory, memory, np.array(tokens)[:, None])
            return probabilities

        return step


def available() -> bool:
    """Whether the package has weights."""
    return (WEIGHTS / MANIFEST).exists()


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


def _in_time(deadline: Deadline) -> None:
    if deadline.passed:
        raise TooLate("the language model did not finish before its deadline")
