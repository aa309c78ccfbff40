"""The model of our own, on onnxruntime: offline, without torch, in milliseconds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from daogou.errors import BackendError
from daogou.language.builtin_manifest import MANIFEST, Manifest, read_manifest
from daogou.language.builtin_scoring import in_time, scored
from daogou.language.builtin_session import Prefix, Session
from daogou.language.builtin_text import Words
from daogou.language.builtin_weights import Array
from daogou.language.sampling import Row, Step, Tokens, Wanted, pieces, sample, texts
from daogou.language.schema_mask import SchemaMask
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

WEIGHTS = Path(__file__).parent / "weights"
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
        by_tokens = scored(self._session, prefix, ids, threads=self._threads, deadline=deadline)
        return [_likelihood(by_token) for by_token in by_tokens]

    def count_tokens(self, text: str) -> int:
        """Tokens of the text; a mark's name in it is text like any other."""
        return len(self._words.ids(text))

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
        in_time(deadline)
        return self._session.read(self._words.prompt(prompt, most))


def available() -> bool:
    """Whether the package has weights."""
    return (WEIGHTS / MANIFEST).exists()


def _likelihood(by_token: Sequence[float]) -> LogLikelihood:
    return LogLikelihood(total=sum(by_token), tokens=len(by_token), by_token=tuple(by_token))
