"""The JSON in what a model wrote: cut out of the prose around it, closed where it broke off, held against the schema."""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache

from llguidance import LLMatcher, LLTokenizer

from daogou.errors import BackendError

MOST_STARTS = 8  # places at which JSON may begin: an answer has a few braces in its prose, an attack thousands
MOST_DEPTH = 64
_CLOSES = {"{": "}", "[": "]"}


def repaired(text: str, schema: Mapping[str, object]) -> str:
    """JSON that follows the schema, its keys in the schema's order and without spaces; BackendError if there is none in the text."""
    for value in _values(text):
        with contextlib.suppress(RecursionError):  # nested deeper than anything a schema of ours asks for
            found = json.dumps(_in_order(value, schema), ensure_ascii=False, separators=(",", ":"))
            if follows(found, schema):
                return found
    raise BackendError(f"the language model wrote no JSON that follows the schema ({len(text)} characters)")


def follows(text: str, schema: Mapping[str, object]) -> bool:
    """Whether it is JSON under the schema, by the same grammar under which the engines of this machine write."""
    grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides={"whitespace_flexible": False})
    matcher = LLMatcher(_bytes(), grammar, log_level=0)
    if matcher.is_error():
        raise BackendError(f"the JSON schema can't be followed: {matcher.get_error()}")
    tokens = _bytes().tokenize_bytes(text.encode("utf-8", errors="replace"))
    return bool(
        matcher.validate_tokens(tokens) == len(tokens) and matcher.consume_tokens(tokens) and matcher.is_accepting()
    )


@cache
def _bytes() -> LLTokenizer:
    return LLTokenizer("byte")


def _values(text: str) -> Iterator[object]:
    """Every value that the text may mean: as it stands, then what begins at one of its first brackets."""
    starts = (match.start() for match in re.finditer(r"[{\[]", text))
    pieces = (piece for start in itertools.islice(starts, MOST_STARTS) for piece in _closed(text[start:]))
    for piece in itertools.chain([text], pieces):
        try:
            yield json.loads(piece, parse_constant=_no_number)
        except (ValueError, RecursionError):
            continue


def _closed(text: str) -> Iterator[str]:
    """The bracket's text up to its partner; where that is missing, closed at the end or else before its last member."""
    open_brackets: list[str] = []
    out: list[str] = []
    quoted = False
    before_last: tuple[int, str] | None = None  # characters that stand, and what closes them
    for token in re.finditer(r'\\.|["{}\[\],]|[^"\\{}\[\],]+|\\', text, flags=re.DOTALL):
        mark = token[0]
        if mark == '"':
            quoted = not quoted
        elif not quoted and mark in _CLOSES:
            open_brackets.append(_CLOSES[mark])
        elif not quoted and mark == ",":
            before_last = (len(out), _closing(open_brackets))
        elif not quoted and mark in ("}", "]"):
            if not open_brackets or open_brackets.pop() != mark or len(open_brackets) > MOST_DEPTH:
                return
            _drop_comma(out)
        out.append(mark)
        if not open_brackets:
            yield "".join(out)
            return
    whole = "".join(out[:-1] if out[-1:] == ["\\"] else out)
    yield whole + ('"' if quoted else "") + _closing(open_brackets)
    if before_last:
        yield "".join(out[: before_last[0]]) + before_last[1]


def _closing(open_brackets: list[str]) -> str:
    return "".join(reversed(open_brackets[-MOST_DEPTH:]))


def _drop_comma(out: list[str]) -> None:
    """A comma before a closing bracket, which many models leave."""
    while out and not out[-1].strip():
        out.pop()
    if out and out[-1] == ",":
        out.pop()


def _in_order(value: object, schema: object) -> object:
    """The same with the keys of objects in the order of their schema's properties; unknown ones last."""
    inner = schema if isinstance(schema, Mapping) else {}
    if isinstance(value, list):
        return [_in_order(item, inner.get("items")) for item in value]
    if not isinstance(value, dict):
        return value
    properties = inner.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    keys = [*(key for key in known if key in value), *(key for key in value if key not in known)]
    return {key: _in_order(value[key], known.get(key)) for key in keys}


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
