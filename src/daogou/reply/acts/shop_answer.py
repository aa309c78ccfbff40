"""SHOP: what the shop sells, which brands, how many, what is the dearest; and what only the merchant can tell."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from daogou.catalog.products.need import PRICE, Act
from daogou.catalog.products.product import Product
from daogou.catalog.products.shop_question import Asks, ShopQuestion
from daogou.reply.acts.lead import unsold
from daogou.reply.draft import Draft, Shown, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.phrases import cased, plural
from daogou.reply.sentences.reasons import plain_facts
from daogou.reply.sentences.rendering import clean, listed, quoted, short, spoken
from daogou.reply.verify.gather import TITLE
from daogou.text.thesaurus import thesaurus

MOST_NAMED = 10  # brands or departments in one sentence
MOST_SHOWN = 3  # products beside an extreme of the price


def shop_answer(scene: Scene) -> Draft:
    """One or two sentences; products where the question is about a kind of them."""
    question = _question(scene)
    if question.thing and not scene.shortlist:
        return Draft(sentences=(scene.phrases.say("shop.none", thing=spoken(question.thing)),))
    return _WRITERS[question.asks](scene)


def _range(scene: Scene) -> Draft:
    counts = scene.house.departments or {_kind(name, scene): count for name, count in scene.house.kinds.items()}
    if not counts:
        return Draft(sentences=(scene.phrases.say("shop.unknown"),))
    total = str(scene.house.product_count)
    return Draft(sentences=(scene.phrases.say("shop.range", total=total, kinds=_counted(counts, scene)),))


def _brands(scene: Scene) -> Draft:
    rows = scene.shortlist
    counts = Counter(row.brand for row in rows if row.brand) if _thing(scene) else Counter(scene.house.brands)
    if not counts:
        return Draft(sentences=(scene.phrases.say("shop.no_brands"),))
    first = {row.brand: row for row in reversed(rows)}
    shown = [first[brand] for brand, _ in counts.most_common() if brand in first]
    said = {"count": str(len(counts)), "brands": _counted(dict(counts.most_common()), scene)}
    text = scene.phrases.say(_key("shop.brands", scene), thing=_thing(scene), **said)
    return Draft(sentences=(text,), shown=_shown(shown[: scene.limit], scene))


def _count(scene: Scene) -> Draft:
    count = len(scene.shortlist) if _thing(scene) else scene.house.product_count
    text = scene.phrases.say(_key("shop.count", scene), thing=_thing(scene), count=str(count))
    return Draft(sentences=(text,), shown=_shown(scene.shown, scene))


def _prices(scene: Scene) -> Draft:
    if not scene.shortlist:
        return Draft(sentences=(scene.phrases.say("shop.unknown"),))
    cheapest, dearest = scene.shortlist[0], scene.shortlist[-1]
    low, high = (scene.facts(row, PRICE)[0].printed for row in (cheapest, dearest))
    count = str(len(scene.shortlist))
    text = scene.phrases.say("shop.prices", thing=_thing(scene), count=count, low=low, high=high)
    return Draft(sentences=(text,), shown=_shown(scene.shown, scene))


def _extreme(scene: Scene) -> Draft:
    if not scene.shortlist:
        return Draft(sentences=(scene.phrases.say("shop.unknown"),))
    question = _question(scene)
    first = _priced(_key(f"shop.{question.asks.value}", scene), scene.shortlist[0], scene)
    few = replace(scene, limit=min(scene.limit, MOST_SHOWN))
    return Draft(sentences=(first,), shown=_shown(few.shown, few))


def _service(scene: Scene) -> Draft:
    """The merchant's own words, or that only the merchant can say."""
    question = _question(scene)
    fact = scene.house.facts.by_topic.get(question.topic)
    if fact is not None:
        return Draft(sentences=(clean(fact.answer(scene.language)),))
    key = f"shop.topic_{question.topic}"
    if not scene.phrases.has(key):
        return Draft(sentences=(scene.phrases.say("shop.ask"),))
    return Draft(sentences=(scene.phrases.say("shop.ask_topic", topic=scene.phrases.say(key)),))


def _priced(key: str, row: Product, scene: Scene) -> Statement:
    facts = [*scene.facts(row, TITLE)]
    price = scene.facts(row, PRICE)
    text = scene.phrases.say(
        key, name=quoted(facts[0].printed), price=price[0].printed, thing=_thing(scene), count=str(len(scene.shortlist))
    )
    return Statement(text=text, product=row, facts=(*facts, *price), counted=(len(scene.shortlist),))


def _shown(rows: Sequence[Product], scene: Scene) -> tuple[Shown, ...]:
    return tuple(Shown(product=row, reasons=tuple(plain_facts(row, scene))) for row in rows)


def _key(name: str, scene: Scene) -> str:
    return f"{name}_of" if _thing(scene) else name


def _thing(scene: Scene) -> str:
    return spoken(_question(scene).thing)


def _question(scene: Scene) -> ShopQuestion:
    return scene.need.shop or ShopQuestion(asks=Asks.SERVICE)


def _kind(product_type: str, scene: Scene) -> str:
    label = clean(thesaurus().type_label(product_type, scene.language))
    return cased(plural(label)) if scene.language == "en" else label


def _counted(counts: Mapping[str, int], scene: Scene) -> str:
    """The first few with their counts, and how many more there are."""
    form = "{name}（{count}）" if scene.language == "zh" else "{name} ({count})"
    named = [form.format(name=short(name), count=count) for name, count in list(counts.items())[:MOST_NAMED]]
    more = len(counts) - len(named)
    return listed([*named, *([scene.phrases.say("shop.more", count=str(more))] if more else [])], scene.language)


_WRITERS: Mapping[Asks, Callable[[Scene], Draft]] = {
    Asks.RANGE: _range,
    Asks.BRANDS: _brands,
    Asks.COUNT: _count,
    Asks.PRICES: _prices,
    Asks.DEAREST: _extreme,
    Asks.CHEAPEST: _extreme,
    Asks.SERVICE: _service,
}


MOST_KINDS = 3


def small_talk(scene: Scene) -> Draft:
    """A sentence or two, and no products."""
    if scene.need.act is Act.OTHER and scene.need.unsold:
        return Draft(sentences=(unsold(scene),))
    sentence = scene.phrases.say(f"talk.{scene.need.act.value}")
    kinds = _kinds(scene) if scene.need.act is Act.OTHER else ""
    return Draft(sentences=(sentence, *([scene.phrases.say("talk.kinds", kinds=kinds)] if kinds else [])))


def _kinds(scene: Scene) -> str:
    """A few kinds of product that are really sold here, of those at hand."""
    counts = Counter(row.product_type for row in scene.products.values() if row.product_type in thesaurus().types)
    names = [clean(thesaurus().type_label(key, scene.language)) for key, _ in counts.most_common()]
    labels = [name for name in names if not any(c.isdigit() for c in name)][:MOST_KINDS]
    return listed([cased(plural(label)) if scene.language == "en" else label for label in labels], scene.language)
