"""Text and tokens of a GGUF model: what a shopper writes never becomes a token that steers the model."""

import ctypes
import functools
import re
import warnings
from collections.abc import Sequence
from typing import Any

import llama_cpp
from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from daogou.errors import BackendError
from daogou.llm import engine
from daogou.llm.gguf.context import Context

_PLAIN = "\ue0d6"  # around what only looks like a special token; for private use, so that no text has it
_PIECE = 4096  # bytes of one token, at most


class Words(engine.Words):
    """The tokenizer of one model, with its chat template where it has one."""

    def __init__(self, context: Context) -> None:
        self._context = context  # kept: the vocabulary dies with it
        self._vocab = context.vocab
        self.ends = [token for token in range(context.vocabulary) if llama_cpp.llama_vocab_is_eog(self._vocab, token)]
        template = llama_cpp.llama_model_chat_template(context.model, None)
        self._chat = self._formatter(template.decode("utf-8", "replace")) if template else None
        self.instructed = self._chat is not None
        self.begin = self._mark() if llama_cpp.llama_vocab_get_add_bos(self._vocab) else []
        self.starts = [*self._mark(), *self.ends]

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

    def _asked(self, prompt: str) -> list[int]:
        """The prompt as a user's message, up to where the answer begins; no thinking aloud first."""
        assert self._chat
        marked = self._special.sub(f"{_PLAIN}\\g<0>{_PLAIN}", prompt.replace(_PLAIN, ""))
        try:
            chat = self._chat(messages=[{"role": "user", "content": marked}], enable_thinking=False).prompt
        except (TemplateError, ValueError, TypeError) as failed:
            raise BackendError(f"the model's chat template takes no lone message of a user: {failed}") from failed
        parts = enumerate(chat.split(_PLAIN))
        return [token for number, part in parts for token in self.ids(part, special=number % 2 == 0)]

    @functools.cached_property
    def _special(self) -> re.Pattern[str]:
        """The names of tokens that steer the model."""
        steering = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_UNKNOWN
        tokens = range(self._context.vocabulary)
        names = [self._name(token) for token in tokens if llama_cpp.llama_vocab_get_attr(self._vocab, token) & steering]
        longest_first = sorted(filter(None, names), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def _formatter(self, template: str) -> Jinja2ChatFormatter:
        end = self._name(llama_cpp.llama_vocab_eos(self._vocab))
        try:
            return Jinja2ChatFormatter(template, eos_token=end, bos_token="".join(map(self._name, self._mark())))
        except TemplateError as failed:
            raise BackendError(f"the model's chat template can't be read: {failed}") from failed

    def _name(self, token: int) -> str:
        known = token != llama_cpp.LLAMA_TOKEN_NULL
        return llama_cpp.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if known else ""
