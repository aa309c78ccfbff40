"""FIND, REFINE and MORE: what was understood, the products, why the first is first, at most one question."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from daogou.reply.draft import Draft, Sentence, Shown, Statement
from daogou.reply.gather import gather, passage
from daogou.reply.lead import empty, lead, only_cheaper, unsold
from daogou.reply.mirror import asked_value, extra_words
from daogou.reply.outcomes import is_word, silent, told, unmet
from daogou.reply.picks import near_misses, pick, picks
from daogou.reply.question import question_back
from daogou.reply.reasons import near_reasons, reasons
from daogou.reply.rendering import listed, number, short
from daogou.reply.scene import Scene
from daogou.shop.matching import Outcome, passes
from daogou.shop.need import TEXT, Code, Operator
from daogou.shop.product import Product
from daogou.shop.verdict import Sold
from daogou.text.normalize import is_chinese


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


MOST_WORDS = 3  # named in one sentence


def lacking(scene: Scene) -> Iterator[str]:
    """At most one sentence for words, one for columns and one for each refusal; nothing that a notice has told."""
    if not scene.shown:
        return
    words = [*(asked_value(wish, scene.language, scene.currency) for wish in silent(scene) if is_word(wish))]
    words = list(dict.fromkeys((*words, *_unmentioned(scene))))[:MOST_WORDS]
    if words:
        quoted = listed([f"“{short(word)}”" for word in words], scene.language, last="or")
        yield scene.phrases.say(_form("lacking.words", scene), words=quoted)
    columns = [wish.attribute for wish in silent(scene) if not is_word(wish)]
    sort = scene.need.sort
    if sort and not any(gather(row, sort.attribute, at=scene.at, language=scene.language) for row in scene.shown):
        columns.append(sort.attribute)
    for column in dict.fromkeys(columns):
        yield scene.phrases.say(_form("lacking.column", scene), attribute=scene.phrases.label(column))
    yield from _some(scene)


def _some(scene: Scene) -> Iterator[str]:
    """What only some of several products say."""
    if len(scene.shown) == 1:
        return
    open_musts = [must for must in unmet(scene) if must not in scene.retrieval.given_up and must.attribute == TEXT]
    wanted = [must for must in open_musts if must.operator is not Operator.IS_NOT and Outcome.MET in told(must, scene)]
    if wanted:
        words = dict.fromkeys(f"“{asked_value(must, scene.language, scene.currency)}”" for must in wanted)
        yield scene.phrases.say("lacking.some", words=listed(list(words), scene.language))
    for must in open_musts:
        if must.operator is Operator.IS_NOT:
            form = "refused_some" if Outcome.MET in told(must, scene) else "refused"
            yield scene.phrases.say(f"lacking.{form}", word=asked_value(must, scene.language, scene.currency))


def _unmentioned(scene: Scene) -> list[str]:
    """The query's further words that no row shown has, where the rows are in its writing; the thing's own noun is none of them."""
    noticed = {value for notice in scene.need.notices for value in notice.params.values()}
    noun = scene.need.thing.split()[-1:] if not is_chinese(scene.need.thing) else [scene.need.thing]
    words = [word for phrase in extra_words(scene.need) for word in phrase.split() if word not in (*noticed, *noun)]
    same_writing = [word for word in words if all(is_chinese(row.title) == is_chinese(word) for row in scene.shown)]
    return [word for word in same_writing if not any(passage(row, word) for row in scene.shown)]


def _form(key: str, scene: Scene) -> str:
    return f"{key}_one" if len(scene.shown) == 1 else key
