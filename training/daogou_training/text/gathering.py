"""The whole of what a model learns from: shops, talked about in every form that a model reads or writes."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from daogou.catalog.products.product import Product
from daogou.text.prompts import asked_for, continuation, conversation, describing, fact, product_line
from daogou.text.thesaurus import thesaurus
from daogou_training.language.examples import Choice, Example
from daogou_training.text.readings import readings
from daogou_training.text.talking import Talk, talks
from daogou_training.text.wanting import wording

READ = 0.11  # readings for each other text: a tenth of all
RIVALS = 5  # products among which the one that was asked for is to be found


@dataclass(kw_only=True)
class Gathered:
    """Examples to read, choices to make."""

    examples: list[Example] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


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
        prompt = asked_for(product_line(product, language))
        yield Example(prompt=prompt, continuation=asked, domain="ask", language=language)
    if dice.random() < 0.3:
        yield description_example(product, language, dice)


def description_example(product: Product, language: str, dice: random.Random) -> Example:
    """A product's facts, how it shall be described, and a description of them: what P(description | facts) is judged by."""
    facts = {"title": product.title_in(language), "kind": thesaurus().type_label(product.product_type, language)}
    facts |= {"brand": product.brand} if product.brand else {}
    known = [(one.name, fact(one, language)) for one in product.attributes if one.value is not False]
    told = dict(dice.sample(known, k=min(len(known), dice.randint(1, 4))))
    described = "、".join(told.values()) if language == "zh" else ", ".join(told.values())
    wordings = [one for one in wording()[language]["descriptions"] if product.brand or "{brand}" not in one]
    text = dice.choice(wordings).format(**facts, facts=described) if told else facts["title"]
    tone, length = dice.choice(("plain", "warm", "expert")), dice.choice(("short", "medium", "long"))
    audience = dice.choice(("", "", "general", "gift", "student"))
    prompt = describing(facts | told, language=language, tone=tone, length=length, audience=audience)
    return Example(prompt=prompt, continuation=continuation(text), domain="describe", language=language)


def _choices(talk: Talk, products: Sequence[Product], dice: random.Random) -> Iterator[Choice]:
    wrong = tuple(continuation(it) for it in talk.wrong)
    yield Choice(
        prompts=(conversation(talk.messages),), continuations=(continuation(talk.right), *wrong), language=talk.language
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
    prompts = tuple(asked_for(it) for it in dict.fromkeys(lines))
    asked = continuation(talk.called if briefly else talk.messages[0])
    return Choice(prompts=prompts, continuations=(asked,), language=talk.language)


def shuffled(gathered: Iterable[Gathered], *, seed: int) -> Gathered:
    """All of them, in an order of the seed."""
    whole = Gathered()
    for part in gathered:
        whole.examples += part.examples
        whole.choices += part.choices
    dice = random.Random(seed)
    dice.shuffle(whole.examples)
    dice.shuffle(whole.choices)
    return whole
