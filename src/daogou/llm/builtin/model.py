"""The model of our own, on onnxruntime: offline, without torch, in milliseconds."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.encoders.packaged import sha256_of
from daogou.errors import BackendError, MissingExtra, TooLate
from daogou.llm import engine
from daogou.llm.engine import Engine, Logits, Prompt, Step, Wanted
from daogou.ports import Deadline

try:
    import onnxruntime
    from llguidance import LLTokenizer
    from onnxruntime import OrtValue
    from tokenizers import Tokenizer
except ModuleNotFoundError as missing:
    raise MissingExtra(missing.name or "onnxruntime", "onnx") from missing


MODEL, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "model.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """model.json."""

    name: str
    context: int  # tokens
    vocabulary: int
    begin: int  # token ids
    end: int
    hidden: int
    layers: int
    heads: int
    shared_heads: int  # of keys and values
    head: int  # dimensions of one head
    int8: bool
    source: str
    sha256: Mapping[str, str]  # of each file

    def write(self, folder: Path) -> None:
        """Into the folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Of that folder, its files checked; BackendError names what is missing or damaged."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        wrong = [name for name, known in manifest.sha256.items() if sha256_of(folder / name) != known]
    except (OSError, ValueError, TypeError) as problem:
        raise BackendError(f"{folder}: no language model of ours lies here ({problem})") from problem
    if wrong:
        raise BackendError(f"{folder}: {', '.join(wrong)} is damaged: its sha256 is not the one in {MANIFEST}")
    return manifest


class Words(engine.Words):
    """The tokenizer of one model."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._tokenizer = _read(folder / TOKENIZER)
        self.begin = self.starts = [manifest.begin]
        serialised = self._tokenizer.to_str()
        self._grammar = LLTokenizer(serialised, n_vocab=manifest.vocabulary, eos_token=manifest.end)
        marks = self._tokenizer.get_added_tokens_decoder()
        known = self._tokenizer.get_vocab(with_added_tokens=True).values()
        writable = {*known} - {*marks} | {manifest.end}
        self.never = sorted(set(range(manifest.vocabulary)) - writable)  # tokens that no text has

    @property
    def grammar_tokenizer(self) -> LLTokenizer:
        """The vocabulary as llguidance sees it."""
        return self._grammar

    def ids(self, text: str) -> list[int]:
        """Without marks of start or end; half a character counts as a question mark."""
        whole = text.encode("utf-8", "replace").decode()
        return list(self._tokenizer.encode(whole, add_special_tokens=False).ids)

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))


def _read(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as wrong:  # tokenizers raises nothing narrower
        raise BackendError(f"{path}: can't be read: {wrong}") from wrong
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "<|end|>" in a text is seven characters, not the end
    return tokenizer


TOKENS, WANTED, NEXT, MASK, START = (
    "tokens",
    "wanted",
    "next",
    "mask",
    "start",
)  # what it is given, see daogou_training.language.llama_graph
LOG_PROBABILITIES, LOG_LIKELIHOOD = "log_probabilities", "log_likelihood"  # what it says
Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Tokens that were read: their keys and values, and what may follow them."""

    memory: tuple[OrtValue, ...]  # (shared heads, tokens, head), keys and values layer by layer
    tokens: int
    log_probabilities: Array  # (vocabulary,)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """n rows on their way behind a prefix, all as long as each other."""

    memory: tuple[OrtValue, ...]  # (shared heads, n, tokens, head), keys and values layer by layer
    tokens: int

    def only(self, places: Sequence[int]) -> "Rows":
        """Some of them."""
        return replace(self, memory=tuple(_value(value.numpy()[:, places]) for value in self.memory))


class Session:
    """The model file, opened. A call keeps to one core; calls from several threads run side by side."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two batches on a core each are done sooner than one after the other on two
        path = str(folder / MODEL)
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as wrong:  # onnxruntime's own errors have no common root but this
            raise BackendError(f"{path}: onnxruntime can't open it: {wrong}") from wrong
        self._shape = manifest

    def read(self, tokens: Sequence[int]) -> Memory:
        """A prefix of one token or more."""
        no_memory = _value(np.zeros((self._shape.shared_heads, 0, self._shape.head), dtype=np.float32))
        nothing = Memory(
            memory=(no_memory,) * (2 * self._shape.layers), tokens=0, log_probabilities=np.zeros(0, np.float32)
        )
        rows, probabilities = self.step(nothing, self.start(1), np.array([tokens]))
        memory = tuple(_value(value.numpy()[:, 0]) for value in rows.memory)
        return Memory(memory=memory, tokens=len(tokens), log_probabilities=probabilities[0])

    def start(self, n: int) -> Rows:
        """n rows without a token."""
        nothing = _value(np.zeros((self._shape.shared_heads, n, 0, self._shape.head), dtype=np.float32))
        return Rows(memory=(nothing,) * (2 * self._shape.layers), tokens=0)

    def step(self, prefix: Memory, rows: Rows, tokens: Ids) -> tuple[Rows, Array]:
        """The rows with (n, new) more tokens; log P of what may follow, (n, vocabulary)."""
        n, new = tokens.shape
        outputs = [LOG_PROBABILITIES, *caches("new", self._shape.layers)]
        last, unasked = np.arange(1, n + 1) * new - 1, np.zeros(n, dtype=np.int64)
        probabilities, *memory = self._run(outputs, prefix, rows, tokens, wanted=last, following=unasked)
        return Rows(memory=tuple(memory), tokens=rows.tokens + new), probabilities.numpy()

    def log_likelihood(self, prefix: Memory, batch: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each token of each row, given those before it; rows of one token or more, of about the same length.

        A row's first token was foreseen by the prefix, and nobody asks what follows its last.
        """
        firsts = [[float(prefix.log_probabilities[row[0]])] for row in batch]
        counts = [len(row) - 1 for row in batch]
        if not max(counts):
            return firsts
        tokens, wanted = _padded([row[:-1] for row in batch])
        following = np.concatenate([np.array(row[1:], dtype=np.int64) for row in batch])
        rows = self.start(len(batch))
        found = self._run([LOG_LIKELIHOOD], prefix, rows, tokens, wanted=wanted, following=following)[0].numpy()
        later = np.split(found[:, 0], np.cumsum(counts)[:-1])
        return [first + rest.tolist() for first, rest in zip(firsts, later, strict=True)]

    def _run(
        self, outputs: list[str], prefix: Memory, rows: Rows, tokens: Ids, *, wanted: Ids, following: Ids
    ) -> list[OrtValue]:
        group = self._shape.heads // self._shape.shared_heads
        given: dict[str, npt.NDArray[np.generic]] = {
            TOKENS: tokens,
            START: np.array([prefix.tokens + rows.tokens]),
            MASK: np.tile(_causal(tokens.shape[1], rows.tokens), (group, 1)),
            WANTED: wanted,
            NEXT: following[:, None],
        }
        feed = {name: _value(value) for name, value in given.items()}
        feed.update(zip(caches("prefix", self._shape.layers), prefix.memory, strict=True))
        feed.update(zip(caches("own", self._shape.layers), rows.memory, strict=True))
        found: list[OrtValue] = self._session.run_with_ort_values(outputs, feed)
        return found


def caches(kind: str, layers: int) -> list[str]:
    """The names of the keys and values that are "prefix", "own" or "new", layer by layer."""
    return [f"{kind}.{layer}.{part}" for layer in range(layers) for part in ("keys", "values")]


def _padded(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """(n, longest) tokens, and the places of those that are no padding."""
    longest = max(map(len, rows))
    tokens = np.zeros((len(rows), longest), dtype=np.int64)
    for place, row in enumerate(rows):
        tokens[place, : len(row)] = row
    return tokens, np.concatenate([place * longest + np.arange(len(row)) for place, row in enumerate(rows)])


def _causal(new: int, own: int) -> Array:
    """(new, own + new): 0 where a token may look, -inf where the future is."""
    return np.triu(np.full((new, own + new), -np.inf, dtype=np.float32), own + 1)


def _value(array: npt.NDArray[np.generic]) -> OrtValue:
    return OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))


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
