"""Text to tokens and back; who spells a mark of ours writes plain bytes."""

from collections.abc import Sequence
from pathlib import Path

from llguidance import LLTokenizer
from tokenizers import Tokenizer

from daogou.errors import BackendError
from daogou.language.builtin_manifest import TOKENIZER, Manifest


class Words:
    """The tokenizer of one model."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._tokenizer = _read(folder / TOKENIZER)
        self._begin = manifest.begin
        self.grammar_tokenizer = LLTokenizer(
            self._tokenizer.to_str(), n_vocab=manifest.vocabulary, eos_token=manifest.end
        )
        marks = self._tokenizer.get_added_tokens_decoder()
        known = self._tokenizer.get_vocab(with_added_tokens=True).values()
        writable = {*known} - {*marks} | {manifest.end}
        self.never = sorted(set(range(manifest.vocabulary)) - writable)  # tokens that no text has

    def ids(self, text: str) -> list[int]:
        """Without marks of start or end; half a character counts as a question mark."""
        whole = text.encode("utf-8", "replace").decode()
        return list(self._tokenizer.encode(whole, add_special_tokens=False).ids)

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def prompt(self, text: str, most: int) -> list[int]:
        """The start of a text and the newest of the prompt's tokens, `most` together."""
        return [self._begin, *self.ids(text)[-(most - 1) :]] if most > 1 else [self._begin]


def _read(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as wrong:  # tokenizers raises nothing narrower
        raise BackendError(f"{path}: can't be read: {wrong}") from wrong
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "<|end|>" in a text is seven characters, not the end
    return tokenizer
