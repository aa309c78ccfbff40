"""FIND, REFINE and MORE: what was understood, the products, why the first is first, at most one question."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.need import AVAILABILITY, CATEGORY, CONDITION, PRICE, RATING, TEXT, Code
from daogou.catalog.products.product import Money, Product
from daogou.catalog.products.verdict import Sold
from daogou.reply.acts.lead import empty, lacking, lead, only_cheaper, unsold
from daogou.reply.acts.picks import near_misses, pick, picks
from daogou.reply.draft import Draft, Sentence, Shown, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.reasons import near_reasons, reasons
from daogou.reply.sentences.rendering import listed, money, number, short
from daogou.reply.verify.gather import TITLE, Fact


def shelf(scene: Scene) -> Draft:
    """The usual answer: products with reasons; the honest one where nothing fits."""
    if scene.need.codes and (told := coded_shelf(scene)):
        return told
    if any(scene.need.unsold) and (scene.retrieval.sold is Sold.NOT_SOLD or not scene.need.category):
        return _beside(scene)
    if not scene.shown:
        return Draft(sentences=(empty(scene),))
    if scene.retrieval.given_up:
        return _nearest(scene)
    shown = tuple(Shown(product=product, reasons=reasons(product, scene)) for product in scene.shown)
    asks, question = question_back(scene)
    return Draft(sentences=(*lead(scene), *picks(shown, scene)), shown=shown, question=question, asks=asks)


def _beside(scene: Scene) -> Draft:
    """Not sold; with the nearest, where anything comes near."""
    shown = tuple(Shown(product=product, reasons=near_reasons(product, scene)) for product in scene.shown)
    if not shown:
        return Draft(sentences=(unsold(scene),))
    beside = scene.phrases.say("lead.beside_one" if len(shown) == 1 else "lead.beside")
    return Draft(sentences=(unsold(scene), beside, *near_misses(shown, scene)), shown=shown)


def _nearest(scene: Scene) -> Draft:
    rows = _cheapest_first(scene) if only_cheaper(scene) else scene.shortlist
    few = replace(scene, shortlist=tuple(rows), limit=min(scene.limit, MOST_NEAR))
    shown = tuple(Shown(product=product, reasons=near_reasons(product, few)) for product in few.shown)
    unknown = [f"\n{sentence}" if place == 0 else sentence for place, sentence in enumerate(lacking(few))]
    return Draft(sentences=(*lead(few), *near_misses(shown, few), *unknown), shown=shown)


def _cheapest_first(scene: Scene) -> list[Product]:
    """The shortlist by price; what has none comes last."""
    prices = {row.id: price.amount for row in scene.shortlist if (price := scene.price(row))}
    return sorted(scene.shortlist, key=lambda row: (row.id not in prices, prices.get(row.id, Decimal(0))))


MOST_NEAR = 4  # products shown when none fits


MOST_TOLD = 4  # products told of one number


def coded_shelf(scene: Scene) -> Draft | None:
    """The products whose numbers were named, each with its number, and what else was found; None where no number was."""
    shown = tuple(Shown(product=product, reasons=_reasons(product, scene)) for product in scene.shown)
    sentences = tuple(sentence for code in scene.need.codes for sentence in _told(code, shown, scene))
    return Draft(sentences=sentences, shown=shown) if sentences else None


def _reasons(product: Product, scene: Scene) -> tuple[Statement, ...]:
    """How it differs, where the product was named and breaks a wish."""
    met = all(passes(product, must, scene.at) for must in scene.need.musts)
    return reasons(product, scene) if met else near_reasons(product, scene)


def _told(code: Code, shown: tuple[Shown, ...], scene: Scene) -> Iterator[Sentence]:
    named = [each for each in shown if each.product.id in code.product_ids]
    said = f"“{short(code.said)}”"
    if not code.product_ids:
        yield scene.phrases.say("coded.none", code=said)
    elif len(code.product_ids) == 1 and named:
        form = "is" if code.whole else "part"
        yield pick(named[0], f"coded.{form}_why", f"coded.{form}", scene, code=said)
    elif named:
        form = "several" if code.whole else "several_part"
        yield scene.phrases.say(f"coded.{form}", code=said, count=number(Decimal(len(code.product_ids))))
        for each in named[:MOST_TOLD]:
            yield pick(each, "coded.each", "coded.each", scene)


MANY = 8  # fitting products from which a question pays
STATED_SHARE = 0.4  # of the shortlist, at least, must state the attribute
COMMON_SHARE = 0.8  # of one text value, at most
WIDE = Decimal("1.3")  # largest number over smallest, at least
MOST_CHOICES = 3
_NEVER_ASKED = (AVAILABILITY, CATEGORY, CONDITION, RATING, TEXT, TITLE)
CHOICE_LENGTH = 24  # characters; longer values are no choices to offer


def question_back(scene: Scene) -> tuple[str, str]:
    """The attribute asked about and the question, or nothing twice: few results, nothing telling left unsaid, or asked a moment ago."""
    if scene.retrieval.total < MANY or scene.retrieval.given_up:
        return "", ""
    said = {constraint.attribute for constraint in scene.need.constraints}
    for attribute in scene.need.unknown:
        if attribute not in (*said, *_NEVER_ASKED) and (
            scene.need.sort is None or scene.need.sort.attribute != attribute
        ):
            question = _question(attribute, scene)
            if question and not _asked_just_now(attribute, scene):
                return attribute, question
    return "", ""


def _question(attribute: str, scene: Scene) -> str:
    facts = [_of(product, attribute, scene) for product in scene.shortlist]
    stated = [each[0] for each in facts if each]
    if len(stated) < STATED_SHARE * len(scene.shortlist) or len(stated) < 2:
        return ""
    if attribute == PRICE:
        prices = [price for product in scene.shown if (price := scene.price(product))]
        return _price_question(prices, scene) if prices else ""
    if all(isinstance(fact.value, bool) for fact in stated):
        return _bool_question(attribute, stated, scene)
    if all(isinstance(fact.value, Decimal) for fact in stated):
        return _number_question(attribute, stated, scene)
    return _text_question(attribute, stated, scene)


def _of(product: Product, attribute: str, scene: Scene) -> tuple[Fact, ...]:
    return scene.facts(product, attribute)


def _price_question(prices: list[Money], scene: Scene) -> str:
    low = min(prices, key=lambda price: price.amount)
    high = max(prices, key=lambda price: price.amount)
    if len({price.currency for price in prices}) > 1 or low.amount <= 0 or high.amount < low.amount * WIDE:
        return ""
    return scene.phrases.say("question.price", low=money(low), high=money(high))


def _number_question(attribute: str, stated: list[Fact], scene: Scene) -> str:
    values = [fact.value for fact in stated if isinstance(fact.value, Decimal)]
    if min(values) <= 0 or max(values) < min(values) * WIDE:
        return ""
    return scene.phrases.say("question.number", attribute=scene.phrases.label(attribute))


def _text_question(attribute: str, stated: list[Fact], scene: Scene) -> str:
    counts = Counter(fact.printed for fact in stated)
    shown = {fact.printed for product in scene.shown for fact in _of(product, attribute, scene)[:1]}
    choices = [value for value, _ in counts.most_common() if value in shown][:MOST_CHOICES]
    if (
        len(choices) < 2
        or max(map(len, choices)) > CHOICE_LENGTH
        or counts.most_common(1)[0][1] > COMMON_SHARE * len(stated)
    ):
        return ""
    label = scene.phrases.label(attribute)
    return scene.phrases.say("question.text", attribute=label, choices=listed(choices, scene.language, last="or"))


def _bool_question(attribute: str, stated: list[Fact], scene: Scene) -> str:
    share = sum(fact.value is True for fact in stated) / len(stated)
    if not 1 - COMMON_SHARE <= share <= COMMON_SHARE:
        return ""
    return scene.phrases.say("question.bool", attribute=scene.phrases.label(attribute))


def _asked_just_now(attribute: str, scene: Scene) -> bool:
    """Whether the last answer asked about the same attribute, in whatever variant."""
    if not scene.session.turns:
        return False
    last = scene.session.turns[-1].text
    label = scene.phrases.label(attribute)
    starts = [
        variant.split("{low}")[0].split("{choices}")[0].format(attribute=label)
        for form in ("price", "number", "text", "bool")
        for variant in scene.phrases.variants(f"question.{form}")
        if (form == "price") == (attribute == PRICE)
    ]
    return any(start in last for start in starts)
