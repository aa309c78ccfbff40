"""Conversations in the database (port Sessions); a need as JSON in which each value says what it is, so that it may grow fields."""

import dataclasses
import json
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from daogou.catalog.products.conversation import REMEMBERED, Session, Turn
from daogou.catalog.products.event import named
from daogou.catalog.products.need import (
    Act,
    Alternative,
    Asks,
    Code,
    Constraint,
    Notice,
    Operator,
    ShopperNeed,
    ShopQuestion,
    Sort,
    Strength,
)
from daogou.db.database import reading, sessions, turns, writing
from daogou.errors import SessionBusy

_NEWEST = (
    sql.select(turns.c.number, turns.c.body)
    .where(turns.c.session_id == sql.bindparam("key"))
    .order_by(turns.c.number.desc())
    .limit(REMEMBERED)
)


class SqlSessions:
    """One row a turn, numbered: of two answers to the same turn, the database takes one."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine

    def load(self, session_id: str) -> Session | None:
        """The session with its newest turns, or None: what a turn costs does not grow with the talk."""
        with reading(self._engine) as connection:
            wanted = sql.select(sessions.c.user_id).where(sessions.c.session_id == session_id)
            user_id = connection.execute(wanted).scalar()
            if user_id is None:
                return None
            newest = connection.execute(_NEWEST, {"key": session_id}).all()[::-1]
        said = tuple(turn_from(row.body) for row in newest)
        return Session(session_id=session_id, user_id=user_id, turns=said, forgotten=newest[0].number if newest else 0)

    def append(self, session: Session, turn: Turn) -> Session:
        """The session with the turn added; SessionBusy when another turn was added meanwhile."""
        row = {"session_id": session.session_id, "number": session.length, "body": _turn_to(turn)}
        try:
            with writing(self._engine) as connection:
                if session.length == 0:
                    one = {"session_id": session.session_id, "user_id": session.user_id}
                    connection.execute(sql.insert(sessions).values(one))
                connection.execute(sql.insert(turns).values(row))
        except IntegrityError as error:
            raise SessionBusy(
                f"session {session.session_id}: another turn was answered meanwhile; send it again"
            ) from error
        return session.grown(turn)

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper's conversations; how many there were. UserError for the empty name: all who are unnamed have it."""
        named(user_id)
        with writing(self._engine) as connection:
            return connection.execute(sql.delete(sessions).where(sessions.c.user_id == user_id)).rowcount


def _turn_to(turn: Turn) -> str:
    body = vars(turn) | {"need": need_to_json(turn.need), "at": turn.at.isoformat()}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def turn_from(written: str) -> Turn:
    """The turn that was written."""
    body: dict[str, Any] = json.loads(written)
    return Turn(
        **{name: body[name] for name in ("turn_id", "message", "text")},
        need=need_from_json(body["need"]),
        shown=tuple(body["shown"]),
        at=datetime.fromisoformat(body["at"]),
    )


_NOUNS: Final[dict[str, type[Any]]] = {
    noun.__name__: noun for noun in (ShopperNeed, Constraint, Sort, Notice, Alternative, Code, ShopQuestion)
}
_ENUMS: Final[dict[str, type[StrEnum]]] = {enum.__name__: enum for enum in (Act, Operator, Strength, Asks)}


def need_to_json(need: ShopperNeed) -> str:
    """The need with everything in it."""
    return json.dumps(_to(need), ensure_ascii=False, separators=(",", ":"))


def need_from_json(text: str) -> ShopperNeed:
    """The need that `need_to_json` was given."""
    need = _from(json.loads(text))
    assert isinstance(need, ShopperNeed)
    return need


def _to(value: object) -> object:
    if isinstance(value, StrEnum):
        return {"is": type(value).__name__, "value": value.value}
    if isinstance(value, Decimal):
        return {"is": "Decimal", "value": str(value)}
    if isinstance(value, tuple):
        return [_to(item) for item in value]
    if isinstance(value, dict):
        return {"is": "dict", "value": {key: _to(item) for key, item in value.items()}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"is": type(value).__name__, "value": {name: _to(item) for name, item in fields.items()}}
    return value


def _from(written: Any) -> Any:
    if isinstance(written, list):
        return tuple(_from(item) for item in written)
    if not isinstance(written, dict):
        return written
    kind, value = written["is"], written["value"]
    if kind == "Decimal":
        return Decimal(value)
    if kind == "dict":
        return {key: _from(item) for key, item in value.items()}
    if kind in _ENUMS:
        return _ENUMS[kind](value)
    noun = _NOUNS[kind]
    known = {field.name for field in dataclasses.fields(noun)}
    return noun(**{name: _from(item) for name, item in value.items() if name in known})
