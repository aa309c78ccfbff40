"""Text and tokens of a GGUF model: what a shopper writes never becomes a token that steers the model."""

import ctypes
import functools
import warnings
from collections.abc import Sequence
from typing import Any

import llama_cpp
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from daogou.errors import BackendError
from daogou.language.gguf_context import Context

ASKED = "DAOGOU-ASKED"  # stands in a rendered chat template where the prompt will
_PIECE = 4096  # bytes of one token, at most


class Words:
    """The tokenizer of one model, with its chat template where it has one."""

    def __init__(self, context: Context) -> None:
        self._context = context  # kept: the vocabulary dies with it
        self._vocab = context.vocab
        self.ends = [token for token in range(context.vocabulary) if llama_cpp.llama_vocab_is_eog(self._vocab, token)]
        template = llama_cpp.llama_model_chat_template(context.model, None)
        self._around = self._rendered(template.decode("utf-8", "replace")) if template else None
        self.instructed = self._around is not None

    def ids(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of a text; none of them is special unless the text is ours."""
        encoded = text.encode("utf-8", "replace")
        room = len(encoded) + 8
        tokens = (llama_cpp.llama_token * room)()
        n = llama_cpp.llama_tokenize(self._vocab, encoded, len(encoded), tokens, room, False, special)
        if n < 0:
            raise BackendError(f"a text of {len(encoded)} bytes has more tokens than bytes ({-n})")
        return list(tokens[:n])

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens, without special ones."""
        return b"".join(self._piece(token) for token in ids).decode("utf-8", "replace")

    def prompt(self, prompt: str, most: int) -> list[int]:
        """What stands before a continuation, `most` tokens: of a longer prompt the oldest are left out.

        An empty prompt is the start of a text alone.
        """
        if not prompt:
            return self._start()
        before, after = self._around or (self._mark() if llama_cpp.llama_vocab_get_add_bos(self._vocab) else [], [])
        room = max(1, most - len(before) - len(after))
        return [*before, *self.ids(prompt)[-room:], *after]

    @functools.cached_property
    def grammar_tokenizer(self) -> Any:
        """The vocabulary as llguidance sees it."""
        from llguidance.llamacpp import lltokenizer_from_vocab

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it asks for attributes by llama.cpp's older name
            return lltokenizer_from_vocab(self._vocab, self._context.vocabulary, self.ends)

    def _piece(self, token: int) -> bytes:
        piece = ctypes.create_string_buffer(_PIECE)
        length = llama_cpp.llama_token_to_piece(self._vocab, token, piece, _PIECE, 0, False)
        return piece.raw[: max(0, length)]

    def _mark(self) -> list[int]:
        begin = llama_cpp.llama_vocab_bos(self._vocab)
        return [begin] if begin != llama_cpp.LLAMA_TOKEN_NULL else []

    def _start(self) -> list[int]:
        """Where a text begins: behind its own mark, or behind the end of another text."""
        marks = [*self._mark(), *self.ends]
        if not marks:
            raise BackendError("the model has no token for the start or end of a text, so none stands alone")
        return marks[:1]

    def _rendered(self, template: str) -> tuple[list[int], list[int]]:
        """The tokens before and behind a user's message, up to where the answer begins; no thinking aloud first."""
        names = [self._name(token) for token in (llama_cpp.llama_vocab_eos(self._vocab), *self._mark())]
        formatter = Jinja2ChatFormatter(template, eos_token=names[0], bos_token=names[1] if names[1:] else "")
        chat = formatter(messages=[{"role": "user", "content": ASKED}], enable_thinking=False).prompt
        before, found, after = chat.partition(ASKED)
        if not found:
            raise BackendError("the model's chat template leaves out what the user says")
        return self.ids(before, special=True), self.ids(after, special=True)

    def _name(self, token: int) -> str:
        known = token != llama_cpp.LLAMA_TOKEN_NULL
        return llama_cpp.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if known else ""
