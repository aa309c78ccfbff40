"""The model of our own, on onnxruntime: offline, without torch, in milliseconds."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from daogou.errors import BackendError, TooLate
from daogou.language.builtin_manifest import MANIFEST, Manifest, read_manifest
from daogou.language.builtin_session import Prefix, Session
from daogou.language.builtin_text import Words
from daogou.language.builtin_weights import Array
from daogou.language.sampling import Row, Step, Tokens, Wanted, pieces, sample, texts
from daogou.language.schema_mask import SchemaMask
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

WEIGHTS = Path(__file__).parent / "weights"
BATCH_TOKENS = 512  # of continuations at a time: more leave the cache of a core
MIN_P = 0.05  # Nguyen et al. (2024): what is less likely than this share of the likeliest isn't sampled


class Builtin:
    """The engine `builtin`: the model that ships with the package, or one that `learn language` exported."""

    abilities = frozenset(Ability)
    instructed = False

    def __init__(self, name: str, session: Session, words: Words, manifest: Manifest, *, threads: int) -> None:
        self.name = name
        self.context = manifest.context
        self._session = session
        self._words = words
        self._tokens = Tokens(decode=words.text, ends=frozenset({manifest.end}))
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

    def write(
        self,
        prompt: str,
        *,
        n: int,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        schema: Mapping[str, object] | None = None,
        deadline: Deadline = NEVER,
    ) -> list[str]:
        """n sampled continuations, as one batch; under a schema, BackendError where the JSON isn't whole within `max_tokens`."""
        mask = SchemaMask.of(schema, self._words.grammar_tokenizer) if schema is not None else None
        wanted = Wanted(n=n, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop), mask=mask)
        return texts(self._sample(prompt, wanted, deadline))

    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        deadline: Deadline = NEVER,
    ) -> Iterator[str]:
        """One continuation in pieces."""
        wanted = Wanted(n=1, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop))
        return pieces(self._sample(prompt, wanted, deadline))

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of each continuation after the prompt, which is read once."""
        ids = [self._words.ids(continuation) for continuation in continuations]
        longest = max(map(len, ids), default=0)
        if not longest:
            return [LogLikelihood(total=0.0, tokens=0) for _ in ids]
        if longest >= self.context:
            raise BackendError(f"a continuation of {longest} tokens; '{self.name}' reads {self.context}")
        prefix = self._read(prompt, self.context - longest, deadline)
        return [_likelihood(by_token) for by_token in self._by_token(prefix, ids, deadline)]

    def count_tokens(self, text: str) -> int:
        """Tokens of the text; a mark's name in it is text like any other."""
        return len(self._words.ids(text))

    def _by_token(self, prefix: Prefix, ids: Sequence[list[int]], deadline: Deadline) -> list[list[float]]:
        """Batches side by side, one on each core."""
        found: list[list[float]] = [[] for _ in ids]

        def score(batch: list[int]) -> None:
            _in_time(deadline)
            scored = self._session.log_likelihood(prefix, [ids[place] for place in batch])
            for place, by_token in zip(batch, scored, strict=True):
                found[place] = by_token

        batches = _batches([len(row) for row in ids], self._threads)
        if len(batches) == 1 or self._threads == 1:
            list(map(score, batches))
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(score, batches))
        return found

    def _sample(self, prompt: str, wanted: Wanted, deadline: Deadline) -> Iterator[list[Row]]:
        prefix = self._read(prompt, max(self.context - wanted.max_tokens, self.context // 2), deadline)
        wanted = replace(wanted, max_tokens=min(wanted.max_tokens, self.context - prefix.tokens))
        first = self._likely(prefix.log_probabilities[None], wanted)[0]
        yield from sample(first, self._step(prefix, wanted), wanted, self._tokens, deadline)

    def _step(self, prefix: Prefix, wanted: Wanted) -> Step:
        """The prefix stays one; each row remembers its own tokens alone."""
        memory, growing = self._session.start(wanted.n), list(range(wanted.n))

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Array:
            nonlocal memory, growing
            if list(rows) != growing:
                memory = memory.only([growing.index(row) for row in rows])
                growing = list(rows)
            memory, probabilities = self._session.step(prefix, memory, np.array(tokens)[:, None])
            return self._likely(probabilities, wanted)

        return step

    def _likely(self, log_probabilities: Array, wanted: Wanted) -> Array:
        """(n, vocabulary) without the tokens that no text has, and without the unlikely ones where no schema asks for them."""
        likely = log_probabilities.copy()
        likely[:, self._words.never] = -np.inf
        if wanted.mask is None and wanted.temperature > 0:
            least = likely.max(axis=1, keepdims=True) + wanted.temperature * np.log(MIN_P)
            likely[likely < least] = -np.inf
        return likely

    def _read(self, prompt: str, most: int, deadline: Deadline) -> Prefix:
        _in_time(deadline)
        return self._session.read(self._words.prompt(prompt, most))


def available() -> bool:
    """Whether the package has weights."""
    return (WEIGHTS / MANIFEST).exists()


def _batches(lengths: Sequence[int], threads: int) -> list[list[int]]:
    """Places of texts of about the same length, shortest first, something for every core; empty texts are left out."""
    most = min(BATCH_TOKENS, -(-sum(lengths) // threads))
    batches: list[list[int]] = []
    for place in sorted(filter(lengths.__getitem__, range(len(lengths))), key=lengths.__getitem__):
        if batches and (len(batches[-1]) + 1) * lengths[place] <= most:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def _likelihood(by_token: Sequence[float]) -> LogLikelihood:
    return LogLikelihood(total=sum(by_token), tokens=len(by_token), by_token=tuple(by_token))


def _in_time(deadline: Deadline) -> None:
    if deadline.passed:
        raise TooLate("the language model did not finish before its deadline")
