"""A Llama of ours (daogou_training.language.llama_graph) at work on onnxruntime: a prefix is read once, rows of tokens go on from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.encoders.packaged import sha256_of
from daogou.errors import BackendError, MissingExtra

try:
    import onnxruntime
    from llguidance import LLTokenizer
    from onnxruntime import OrtValue
    from tokenizers import Tokenizer
except ModuleNotFoundError as missing:
    raise MissingExtra(missing.name or "onnxruntime", "onnx") from missing

from daogou.llm import engine

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
