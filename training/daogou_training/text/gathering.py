"""The whole of what a model learns from: shops, talked about in every form that a model reads or writes."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from daogou.catalog.products.product import Product
from daogou.text.prompts import asked_for, continuation, conversation, product_line
from daogou_training.language.examples import Choice, Example
from daogou_training.text.placeholders import answer_example, description_example
from daogou_training.text.readings import readings
from daogou_training.text.talking import Talk, talks

READ = 0.11  # readings for each other text: a tenth of all
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
    for talk in talks(products, language, seed=seed, count=count):
        gathered.examples += _texts(talk, dice)
        gathered.choices += _choices(talk, products, dice)
    gathered.examples += readings(products, language, seed=seed, count=round(READ * len(gathered.examples)))
    return gathered


def _texts(talk: Talk, dice: random.Random) -> Iterator[Example]:
    language, right = talk.language, continuation(talk.right)
    yield Example(prompt=conversation(talk.messages), continuation=right, domain="answer", language=language)
    if dice.random() < 0.15:  # log P(r): an answer from nothing
        yield Example(prompt="", continuation=right, domain="prior", language=language)
    product = talk.products[0]
    if len(talk.messages) == 1:
        asked = continuation(talk.messages[0] if dice.random() < 0.7 else talk.called)
        yield Example(
            prompt=asked_for(product_line(product, language)), continuation=asked, domain="ask", language=language
        )
    if dice.random() < 0.3:
        yield answer_example(talk.messages, talk.products, language, dice)
    if dice.random() < 0.2:
        yield description_example(product, language, dice)


def _choices(talk: Talk, products: Sequence[Product], dice: random.Random) -> Iterator[Choice]:
    wrong = tuple(continuation(it) for it in talk.wrong)
    yield Choice(
        prompts=(conversation(talk.messages),),
        continuations=(continuation(talk.right), *wrong),
        language=talk.language,
    )
    if len(talk.messages) == 1 and dice.random() < 0.5:
        yield _which_product(talk, products, dice)


def _which_product(talk: Talk, products: Sequence[Product], dice: random.Random) -> Choice:
    """Which product was asked for: P(q | product), by the whole request or by what the thing is called alone."""
    briefly = dice.random() < 0.4
    near = () if briefly else talk.rivals
    rivals = [*near[: RIVALS - 2], *dice.sample(products, k=min(len(products), RIVALS))]
    rivals = [it for it in rivals if it.id != talk.products[0].id]
    rivals = [it for it in rivals if not briefly or it.product_type != talk.products[0].product_type][: RIVALS - 1]
    lines = [product_line(product, talk.language) for product in (talk.products[0], *rivals)]
    asked = talk.called if briefly else talk.messages[0]
    return Choice(
        prompts=tuple(asked_for(it) for it in dict.fromkeys(lines)),
        continuations=(continuation(asked),),
        language=talk.language,
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
