"""The choice set over shop folders: the guide of each shop understands, a language model judges."""

import random
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from daogou.assembly.models import open_model
from daogou.assembly.opening import Shop, open_shop
from daogou.errors import UserError
from daogou.guide import Guide
from daogou.ports import LanguageModel
from daogou.settings import Settings
from daogou.shop.conversation import Session, Turn
from daogou.shop.need import ShopperNeed
from daogou.store.progress import Progress, silent
from daogou.trial.choice import choice_cases
from daogou.trial.choice_scoring import Outcome, outcomes

SPOKEN = 0.5  # share of a shop's titles in a language from which on the shop is in that language


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What came of it, by language."""

    outcomes: Mapping[str, Sequence[Outcome]]
    model: str


def choose_on(shops: Sequence[Path], *, model: str, count: int, seed: int, on_progress: Progress = silent) -> Choices:
    """About `count` cases in each language that the shops are in, shared out by what each shop sells."""
    judge = open_model(Settings(language_model=model))
    if judge is None:
        raise UserError("name a language model that can judge, for example --model builtin")
    with ExitStack() as stack:
        opened = [stack.enter_context(open_shop(folder)) for folder in shops]
        by_language: dict[str, list[Shop]] = {}
        for shop in opened:
            by_language.setdefault(_language(shop), []).append(shop)
        found = {
            language: _judged(members, language, judge, count, seed, on_progress)
            for language, members in sorted(by_language.items())
        }
    return Choices(outcomes=found, model=judge.name)


def _judged(
    shops: Sequence[Shop], language: str, model: LanguageModel, count: int, seed: int, on_progress: Progress
) -> list[Outcome]:
    found: list[Outcome] = []
    for number, shop in enumerate(shops):
        wanted = (count - len(found)) // (len(shops) - number)
        products = list(shop.catalogue.products())
        cases = list(choice_cases(products, shop=shop.name, language=language, seed=seed, count=wanted))
        guide, name = shop.guide, f"choosing: {shop.name}"
        found += outcomes(
            cases,
            model,
            lambda case: understood(guide, case.messages),  # noqa: B023
            on_case=lambda done: on_progress(name, done, len(cases)),  # noqa: B023
        )
    random.Random(seed).shuffle(found)
    return found


def understood(guide: Guide, messages: Sequence[str]) -> ShopperNeed:
    """The need as the guide itself makes it of these words, turn by turn."""
    session = Session(session_id="")
    for number, message in enumerate(messages):
        need = guide.understand(message, session)
        turn = Turn(turn_id=str(number), message=message, need=need, text="", shown=(), at=datetime.now(UTC))
        session = Session(session_id="", turns=(*session.turns, turn))
    assert session.need is not None
    return session.need


def _language(shop: Shop) -> str:
    products = list(shop.catalogue.products())
    chinese = sum(product.language == "zh" for product in products)
    return "zh" if chinese > SPOKEN * len(products) else "en"
