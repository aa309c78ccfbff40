"""The guide without one of its word lists or rules: what is it worth where nobody tuned for it?

A list is a file of `text/` or a key in it (text/lists.py), or a constant of the steps' modules (`ask.references._PATTERNS`). A rule is a
function of the steps (`ask.tokens.chunks.corrected`): without it, it answers the empty value of its type, or hands on what it was given.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from types import FunctionType, ModuleType, NoneType, UnionType
from typing import Any

from daogou.errors import UserError
from daogou.text import words

STEPS = ("ask", "find", "rank", "text")
NO_MATCH = re.compile(r"(?!)")
_KEPT = object()  # a type that has no empty value: the rule stays


@contextmanager
def without(names: Collection[str]) -> Iterator[None]:
    """Leave these out while shops are opened and asked within; UserError for a name that nothing has."""
    known = _values()
    for name in names:
        if name not in known and name not in words.names():
            every = [*words.names(), *known]
            near = [one for one in every if name in one][:8] or get_close_matches(name, every, n=5)
            raise UserError(f"there is no list or rule '{name}'; near it: {', '.join(near)} (all: --without-list '?')")
    words.leave_out(name for name in names if name not in known)
    left_out = [known[name] for name in names if name in known]
    places = [(place, value) for value in left_out for place in _places(value)]
    try:
        _forget()
        for (module, one), value in places:
            setattr(module, one, _emptied(value))
        yield
    finally:
        for (module, one), value in places:
            setattr(module, one, value)
        words.leave_out(())
        _forget()


def known_names() -> tuple[str, ...]:
    """Everything that may be left out."""
    return (*words.names(), *sorted(_values()))


@cache
def _values() -> Mapping[str, Any]:
    """The word lists and the rules of the steps, by name."""
    return {
        f"{module.__name__.removeprefix('daogou.')}.{name}": value
        for module in _modules()
        for name, value in vars(module).items()
        if _is_rule(value, module) or (name.isupper() and _is_list(value))
    }


def _modules() -> list[ModuleType]:
    found = [importlib.import_module(f"daogou.{step}") for step in STEPS]
    inner = [one for step in found for one in pkgutil.walk_packages(step.__path__, f"{step.__name__}.")]
    return [importlib.import_module(one.name) for one in inner]


def _is_list(value: object) -> bool:
    filled = isinstance(value, (tuple, frozenset, dict)) and bool(value)
    return isinstance(value, re.Pattern) or (
        filled and any(_has_words(one) for one in typing.cast(Collection[object], value))
    )


def _has_words(value: object) -> bool:
    return isinstance(value, (str, re.Pattern)) or (isinstance(value, tuple) and any(map(_has_words, value)))


def _is_rule(value: object, module: ModuleType) -> bool:
    plain = inspect.unwrap(value) if callable(value) else None
    return isinstance(plain, FunctionType) and plain.__module__ == module.__name__


def _emptied(value: Any) -> Any:
    if isinstance(value, re.Pattern):
        return NO_MATCH
    return _silent(value) if callable(value) else type(value)()


def _silent(rule: Callable[..., Any]) -> Callable[..., Any]:
    hints = typing.get_type_hints(inspect.unwrap(rule))
    taken = list(inspect.signature(rule).parameters)

    def silent(*given: Any, **named: Any) -> Any:
        passed = [(hints.get(name), value) for name, value in (*zip(taken, given, strict=False), *named.items())]
        empty = _empty(hints["return"], passed)
        return rule(*given, **named) if empty is _KEPT else empty

    return silent


def _empty(hint: Any, passed: Collection[tuple[Any, Any]]) -> Any:
    """The empty value of a type, or what was handed in of the same type."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return None if NoneType in inner else _empty(inner[0], passed)
    if hint not in (bool, str) and any(one == hint for one, _ in passed):
        return next(value for one, value in passed if one == hint)
    if origin is tuple and inner[1:] != (Ellipsis,):
        parts = tuple(_empty(one, passed) for one in inner)
        return _KEPT if _KEPT in parts else parts
    kind = origin or hint
    if dataclasses.is_dataclass(kind):
        needed = any(one.default is one.default_factory for one in dataclasses.fields(kind))
        return _KEPT if needed else typing.cast(type, kind)()
    plain = next((one for one in (bool, str, list, tuple, set, frozenset, dict) if kind is one), None)
    if plain is None:
        plain = {"Mapping": dict, "Sequence": tuple, "Collection": tuple, "Iterable": tuple}.get(
            getattr(kind, "__name__", "")
        )
    return plain() if plain else iter(()) if getattr(kind, "__name__", "") == "Iterator" else _KEPT


def _places(value: object) -> list[tuple[ModuleType, str]]:
    """Every name that any module of the package has for it."""
    loaded = [module for name, module in list(sys.modules.items()) if name.startswith("daogou")]
    return [(module, name) for module in loaded for name, one in vars(module).items() if one is value]


def _forget() -> None:
    """What was read and reckoned before."""
    for name, module in list(sys.modules.items()):
        if name.startswith("daogou"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and value is not _values:
                    value.cache_clear()
