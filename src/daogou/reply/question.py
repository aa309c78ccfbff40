"""One question back, when its answer would really narrow things."""

from collections import Counter
from decimal import Decimal

from daogou.reply.gather import TITLE, Fact, gather
from daogou.reply.rendering import listed, money
from daogou.reply.scene import Scene
from daogou.shop.need import AVAILABILITY, CATEGORY, CONDITION, PRICE, RATING, TEXT
from daogou.shop.product import Money, Product

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
    return gather(product, attribute, at=scene.at, language=scene.language)


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
