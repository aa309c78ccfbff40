"""Text and tokens of a Hugging Face model: what a shopper writes never becomes a token that steers the model."""

import functools
import threading
from collections.abc import Sequence
from typing import Any

from jinja2 import TemplateError
from llguidance import LLTokenizer
from tokenizers import Tokenizer

from daogou.errors import BackendError
from daogou.llm import engine


class Words(engine.Words):
    """The tokenizer of one model, with its chat template where it has one."""

    def __init__(self, tokenizer: Any, *, vocabulary: int, ends: Sequence[int]) -> None:
        self.instructed = bool(tokenizer.chat_template)
        self._vocabulary = vocabulary
        self._ends = list(ends)
        self.begin = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
        self.starts = [*self.begin, *ends]
        self._chat = tokenizer
        self._one_at_a_time = threading.Lock()  # the chat template's call changes its tokenizer's switches
        self._serialised = _serialised(tokenizer)
        self._plain = Tokenizer.from_str(self._serialised)
        self._plain.encode_special_tokens = True  # "<|end|>" in a text is seven characters, not the end

    def ids(self, text: str) -> list[int]:
        """The tokens of a text, none of which is special."""
        whole = text.encode("utf-8", "replace").decode()  # half a character can't be encoded
        return list(self._plain.encode(whole, add_special_tokens=False).ids)

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens, without special ones."""
        return str(self._plain.decode(list(ids), skip_special_tokens=True))

    @functools.cached_property
    def grammar_tokenizer(self) -> LLTokenizer:
        """The vocabulary as llguidance sees it."""
        return LLTokenizer(self._serialised, n_vocab=self._vocabulary, eos_token=self._ends)

    def _asked(self, prompt: str) -> list[int]:
        """The prompt as a user's message, up to where the answer begins; no thinking aloud first."""
        try:
            with self._one_at_a_time:
                ids = self._chat.apply_chat_template(
                    [{"role": "user", "content": prompt}],
                    add_generation_prompt=True,
                    return_dict=False,
                    sanitize_control_tokens=True,
                    enable_thinking=False,
                )
        except (TemplateError, ValueError, TypeError) as failed:
            raise BackendError(f"the model's chat template takes no lone message of a user: {failed}") from failed
        return list(ids)


def _serialised(tokenizer: Any) -> str:
    if not tokenizer.is_fast:
        raise BackendError(
            "the model has no tokenizer.json, which is needed to keep special tokens out of shoppers' texts"
        )
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_padding()
    backend.no_truncation()
    return str(backend.to_str())
