"""The files of an exported model: its sizes, marks and fingerprints (model.json), and its tokenizer; who spells a mark writes plain bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from llguidance import LLTokenizer
from tokenizers import Tokenizer

from daogou.errors import BackendError
from daogou.language import engine
from daogou.language.packaged import sha256_of

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
