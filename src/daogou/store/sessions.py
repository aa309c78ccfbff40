"""Conversations in the database (port Sessions)."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from daogou.errors import SessionBusy
from daogou.shop.conversation import Session, Turn
from daogou.shop.event import named
from daogou.store.database import reading, sessions, turns, writing
from daogou.store.noun_json import need_from_json, need_to_json


class SqlSessions:
    """One row a turn, numbered: of two answers to the same turn, the database takes one."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine

    def load(self, session_id: str) -> Session | None:
        """The session with its turns, or None."""
        with reading(self._engine) as connection:
            wanted = sql.select(sessions.c.user_id).where(sessions.c.session_id == session_id)
            user_id = connection.execute(wanted).scalar()
            if user_id is None:
                return None
            bodies = sql.select(turns.c.body).where(turns.c.session_id == session_id).order_by(turns.c.number)
            said = tuple(_turn_from(body) for body in connection.execute(bodies).scalars())
        return Session(session_id=session_id, user_id=user_id, turns=said)

    def append(self, session: Session, turn: Turn) -> Session:
        """The session with the turn added; SessionBusy when another turn was added meanwhile."""
        number = len(session.turns)
        row = {"session_id": session.session_id, "number": number, "body": _turn_to(turn)}
        try:
            with writing(self._engine) as connection:
                if number == 0:
                    one = {"session_id": session.session_id, "user_id": session.user_id}
                    connection.execute(sql.insert(sessions).values(one))
                connection.execute(sql.insert(turns).values(row))
        except IntegrityError as error:
            raise SessionBusy(
                f"session {session.session_id}: another turn was answered meanwhile; send it again"
            ) from error
        return replace(session, turns=(*session.turns, turn))

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper's conversations; how many there were. UserError for the empty name: all who are unnamed have it."""
        named(user_id)
        with writing(self._engine) as connection:
            return connection.execute(sql.delete(sessions).where(sessions.c.user_id == user_id)).rowcount


def _turn_to(turn: Turn) -> str:
    body = {
        "turn_id": turn.turn_id,
        "message": turn.message,
        "need": need_to_json(turn.need),
        "text": turn.text,
        "shown": turn.shown,
        "at": turn.at.isoformat(),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _turn_from(written: str) -> Turn:
    body: dict[str, Any] = json.loads(written)
    return Turn(
        turn_id=body["turn_id"],
        message=body["message"],
        need=need_from_json(body["need"]),
        text=body["text"],
        shown=tuple(body["shown"]),
        at=datetime.fromisoformat(body["at"]),
    )
