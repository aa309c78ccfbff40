"""The whole of what a model learns from: shops, talked about in every form that a model reads or writes."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from daogou.learn.examples import Choice, Example
from daogou.learn.text.placeholders import answer_example, description_example
from daogou.shop.product import Product
from daogou.text.product_line import product_line
from daogou.text.prompts import asked_for, continuation, conversation, sold_for
from daogou.trial.choice import ChoiceCase, choice_cases

RIVALS = 5  # products among which the one that was asked for is to be found


@dataclass(kw_only=True)
class Gathered:
    """Examples to read, choices to make."""

    examples: list[Example] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)

    def add(self, other: "Gathered") -> None:
        """Everything of another one as well."""
        self.examples += other.examples
        self.choices += other.choices


def gather(products: Sequence[Product], language: str, *, seed: int, count: int) -> Gathered:
    """At most `count` conversations of one shop in one language, each turned into texts and choices."""
    dice = random.Random(f"{seed} {language}")
    gathered = Gathered()
    for case in choice_cases(products, language=language, seed=seed, count=count):
        gathered.examples += _texts(case, dice)
        gathered.choices += _choices(case, products, dice)
    return gathered


def _texts(case: ChoiceCase, dice: random.Random) -> Iterator[Example]:
    language, right = case.language, continuation(case.right)
    yield Example(prompt=conversation(case.messages), continuation=right, domain="answer", language=language)
    if dice.random() < 0.15:  # log P(r): an answer from nothing
        yield Example(prompt="", continuation=right, domain="prior", language=language)
    product = case.products[0]
    if len(case.messages) == 1:
        asked = continuation(case.messages[0])
        yield Example(
            prompt=asked_for(product_line(product, language)), continuation=asked, domain="ask", language=language
        )
    if dice.random() < 0.3:
        yield answer_example(case.messages, case.products, language, dice)
    if dice.random() < 0.2:
        yield description_example(product, language, dice)


def _choices(case: ChoiceCase, products: Sequence[Product], dice: random.Random) -> Iterator[Choice]:
    wrong = tuple(continuation(it.text) for it in case.wrong)
    yield Choice(
        prompt=conversation(case.messages), continuations=(continuation(case.right), *wrong), language=case.language
    )
    if dice.random() < 0.4:
        yield _sale(case, products, dice)


def _sale(case: ChoiceCase, products: Sequence[Product], dice: random.Random) -> Choice:
    """Which product was asked for: P(product | q), the other way round of P(q | product)."""
    rivals = [it for it in case.rivals if it.id != case.products[0].id][: RIVALS - 2]
    rivals += dice.sample(products, k=min(len(products), RIVALS - len(rivals)))
    lines = [product_line(product, case.language) for product in (case.products[0], *rivals)]
    return Choice(
        prompt=sold_for(case.messages),
        continuations=tuple(continuation(it) for it in dict.fromkeys(lines)),
        language=case.language,
    )


def shuffled(gathered: Iterable[Gathered], *, seed: int) -> Gathered:
    """All of them, in an order of the seed."""
    whole = Gathered()
    for part in gathered:
        whole.add(part)
    dice = random.Random(seed)
    dice.shuffle(whole.examples)
    dice.shuffle(whole.choices)
    return whole
