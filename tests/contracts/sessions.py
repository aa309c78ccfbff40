"""What every Sessions store does."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from daogou.catalog.products.conversation import REMEMBERED, Session, Turn
from daogou.catalog.products.need import Act, Constraint, Notice, Operator, ShopperNeed, Sort, Strength
from daogou.errors import SessionBusy, UserError
from daogou.ports import Sessions
from tests.contracts.products import NOW

NEED = ShopperNeed(
    query="轻薄 laptop",
    language="zh",
    act=Act.REFINE,
    category=("laptop",),
    constraints=(
        Constraint(attribute="price", operator=Operator.AT_MOST, value=Decimal("800.00"), unit="EUR", said="800以内"),
        Constraint(attribute="colour", operator=Operator.IS_NOT, value=("black", "red"), strength=Strength.PREFER),
        Constraint(attribute="bluetooth", operator=Operator.IS, value=True, said_in=1),
    ),
    sort=Sort(attribute="weight", said="最轻"),
    unlike=("bag",),
    notices=(Notice(code="corrected", params={"from": "laptpo", "to": "laptop"}),),
)


def turn(number: int, need: ShopperNeed = NEED) -> Turn:
    return Turn(
        turn_id=f"t{number}",
        message="想买笔记本",
        need=need,
        text="Here.\nThere.",
        shown=("laptop", "bag"),
        at=NOW + timedelta(minutes=number),
    )


class SessionsContract:
    """Inherit, and say which store."""

    def sessions(self) -> Sessions:
        raise NotImplementedError

    def test_an_unknown_session_is_none(self) -> None:
        assert self.sessions().load("nothing") is None

    def test_turns_come_back_whole_and_in_order(self) -> None:
        sessions = self.sessions()
        session = Session(session_id="s", user_id="ann")
        for number in range(3):
            session = sessions.append(session, turn(number))
        assert session == Session(session_id="s", user_id="ann", turns=(turn(0), turn(1), turn(2)))
        assert sessions.load("s") == session

    def test_the_second_answer_to_the_same_turn_is_refused(self) -> None:
        sessions = self.sessions()
        first = sessions.append(Session(session_id="s"), turn(0))
        grown = sessions.append(first, turn(1))
        for stale in (Session(session_id="s"), first):
            with pytest.raises(SessionBusy, match="session s: another turn was answered meanwhile"):
                sessions.append(stale, turn(7))
        assert sessions.load("s") == grown

    def test_of_many_answers_at_once_exactly_one_is_taken(self) -> None:
        sessions = self.sessions()
        session = sessions.append(Session(session_id="s"), turn(0))
        outcomes: list[str] = []

        def answer(number: int) -> None:
            try:
                sessions.append(session, turn(number))
                outcomes.append("taken")
            except SessionBusy:
                outcomes.append("busy")

        threads = [threading.Thread(target=answer, args=(number,)) for number in range(1, 9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        loaded = sessions.load("s")
        assert sorted(outcomes) == ["busy"] * 7 + ["taken"]
        assert loaded is not None
        assert len(loaded.turns) == 2

    def test_a_forgotten_shopper_leaves_no_conversation(self) -> None:
        sessions = self.sessions()
        sessions.append(Session(session_id="s", user_id="ann"), turn(0))
        sessions.append(Session(session_id="t", user_id="bo"), turn(0))
        assert [sessions.erase_user("ann"), sessions.erase_user("ann")] == [1, 0]
        assert sessions.load("s") is None
        assert sessions.load("t") is not None

    def test_of_a_long_talk_the_newest_turns_are_remembered_and_it_goes_on(self) -> None:
        sessions = self.sessions()
        session = Session(session_id="s")
        for number in range(REMEMBERED + 3):
            session = sessions.append(session, turn(number))
        assert (session.length, session.forgotten, len(session.turns)) == (REMEMBERED + 3, 3, REMEMBERED)
        assert session.turns[0] == turn(3)
        assert sessions.load("s") == session
        with pytest.raises(SessionBusy):
            sessions.append(Session(session_id="s", turns=session.turns), turn(1))

    def test_nobody_is_forgotten_by_an_empty_name(self) -> None:
        sessions = self.sessions()
        sessions.append(Session(session_id="s"), turn(0))
        with pytest.raises(UserError, match="name the shopper"):
            sessions.erase_user(" ")
        assert sessions.load("s") is not None
