"""Which tokens may come next so that a text becomes JSON that follows a schema (llguidance)."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from llguidance import LLMatcher

from daogou.errors import BackendError


class SchemaMask:
    """One text under a JSON Schema; `tokenizer` is llguidance's view of the model's vocabulary."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher

    @classmethod
    def of(cls, schema: Mapping[str, object], tokenizer: Any) -> "SchemaMask":
        """BackendError where the schema can't be followed."""
        grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides={"whitespace_flexible": False})
        matcher = LLMatcher(tokenizer, grammar)
        if matcher.is_error():
            raise BackendError(f"the JSON schema can't be followed: {matcher.get_error()}")
        return cls(matcher)

    def copy(self) -> "SchemaMask":
        """For another text, from where this one stands."""
        return SchemaMask(self._matcher.deep_copy())

    def masked(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The (vocabulary,) logits, minus infinity where the schema would be broken."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed = np.unpackbits(bits, bitorder="little")[: len(logits)].astype(bool)
        known = np.zeros(len(logits), dtype=bool)
        known[: len(allowed)] = allowed
        return np.where(known, logits, -np.inf).astype(np.float32)

    def take(self, token: int) -> bool:
        """Go on with that token; whether the JSON is whole and nothing may follow."""
        if not self._matcher.consume_token(token):
            raise BackendError(f"a token that the JSON schema forbids: {self._matcher.get_error()}")
        return bool(self._matcher.is_stopped())

    @property
    def complete(self) -> bool:
        """Whether the text is whole JSON as it stands."""
        return bool(self._matcher.is_accepting() or self._matcher.is_stopped())
