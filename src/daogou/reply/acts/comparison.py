"""COMPARE: where the products differ, what matters to this shopper first."""

from collections.abc import Iterator, Sequence

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.need import BRAND, PRICE, RATING, TEXT, Constraint
from daogou.catalog.products.product import Money, Product
from daogou.reply.acts.answers import say_fact
from daogou.reply.draft import Compound, Draft, Sentence, Shown, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.paraphrase import want_parts
from daogou.reply.sentences.reasons import reasons
from daogou.reply.sentences.rendering import listed, money, quoted
from daogou.reply.verify.gather import TITLE, Fact
from daogou.text.thesaurus import thesaurus

MARKS = "①②③④"
MOST_ROWS = 6
MOST_ALIKE = 3


def comparison(scene: Scene) -> Draft:
    """Two to four products side by side, and what the differences mean for what was asked."""
    rivals = scene.meant[: len(MARKS)] if len(scene.need.refers_to) > 1 else _two(scene)
    if len(rivals) < 2:
        return Draft(sentences=(scene.phrases.say("compare.too_few"),))
    table = [(field, _cells(field, rivals, scene)) for field in _fields(rivals, scene)]
    differing = [(field, cells) for field, cells in table if _differ(cells)][:MOST_ROWS]
    rows = [_row(field, cells, rivals, scene) for field, cells in differing]
    shown = tuple(Shown(product=rival, reasons=reasons(rival, scene)) for rival in rivals)
    verdicts = [*_alike(table, rivals, scene), *_cheaper(rivals, scene), *_only(rivals, scene)]
    nothing = [] if rows else [scene.phrases.say("compare.alike")]
    return Draft(sentences=(_lead(rivals, scene), *rows, *nothing, *_on_new_line(verdicts)), shown=shown)


def _two(scene: Scene) -> tuple[Product, ...]:
    """The one that was named and the first other one, or the first two that were shown."""
    named = scene.meant[:1] if scene.need.refers_to else ()
    before = [scene.products[key] for key in scene.session.shown if key in scene.products]
    return tuple({row.id: row for row in (*named, *before, *scene.shown)}.values())[:2]


def _lead(rivals: Sequence[Product], scene: Scene) -> Compound:
    titles = [scene.facts(rival, TITLE) for rival in rivals]
    names = [f"{mark} {quoted(title[0].printed)}" for mark, title in zip(MARKS, titles, strict=False)]
    parts = tuple(
        Statement(text=name, product=rival, facts=title)
        for name, rival, title in zip(names, rivals, titles, strict=True)
    )
    return Compound(
        text=scene.phrases.say("compare.lead", names=("；" if scene.language == "zh" else "; ").join(names)),
        parts=parts,
    )


def _fields(rivals: Sequence[Product], scene: Scene) -> list[str]:
    """What to compare: price, what was asked, what people ask of such things, then whatever all of them state."""
    asked = [c.attribute for c in scene.need.constraints if c.attribute != TEXT]
    sort = [scene.need.sort.attribute] if scene.need.sort else []
    known = thesaurus()
    usual = [
        name for rival in rivals if rival.product_type in known.types for name in known.types[rival.product_type].ask
    ]
    shared = [
        a.name for a in rivals[0].attributes if a.name in known.attributes and all(r.values(a.name) for r in rivals)
    ]
    return list(dict.fromkeys([PRICE, *asked, *sort, *usual, RATING, BRAND, *shared]))


def _cells(field: str, rivals: Sequence[Product], scene: Scene) -> list[tuple[Fact, ...]]:
    return [scene.facts(rival, field)[:3] for rival in rivals]


def _differ(cells: Sequence[Sequence[Fact]]) -> bool:
    stated = [tuple(fact.printed for fact in facts) for facts in cells if facts]
    return len(stated) > 1 and (len(set(stated)) > 1 or len(stated) < len(cells))


def _row(field: str, cells: Sequence[tuple[Fact, ...]], rivals: Sequence[Product], scene: Scene) -> Compound:
    said = [
        f"{mark} {listed([fact.printed for fact in facts], scene.language) or scene.phrases.say('compare.unstated')}"
        for mark, facts in zip(MARKS, cells, strict=False)
    ]
    label = scene.phrases.label(field)
    text = scene.phrases.say("compare.row", attribute=label, cells="  ".join(said))
    parts = tuple(
        Statement(text=f"{label} {cell}", product=rival, facts=facts)
        for cell, rival, facts in zip(said, rivals, cells, strict=True)
        if facts
    )
    return Compound(text=f"\n• {text}", parts=parts)


def _alike(
    table: Sequence[tuple[str, list[tuple[Fact, ...]]]], rivals: Sequence[Product], scene: Scene
) -> Iterator[Compound]:
    same = [cells for field, cells in table if all(cells) and not _differ(cells)][:MOST_ALIKE]
    if not same:
        return
    facts = listed([say_fact(cells[0], scene) for cells in same], scene.language)
    parts = tuple(
        Statement(text=say_fact(cells[place], scene), product=rival, facts=cells[place])
        for cells in same
        for place, rival in enumerate(rivals)
    )
    key = "compare.same_two" if len(rivals) == 2 else "compare.same"
    yield Compound(text=scene.phrases.say(key, facts=facts), parts=parts)


def _cheaper(rivals: Sequence[Product], scene: Scene) -> Iterator[Compound]:
    """How much the cheapest saves against the next one."""
    prices = [(price, place) for place, rival in enumerate(rivals) if (price := scene.price(rival))]
    if len(prices) < len(rivals) or len({price.currency for price, _ in prices}) > 1:
        return
    (least, mine), (other, theirs), *_ = sorted(prices, key=lambda one: one[0].amount)
    if least.amount < other.amount:
        difference = money(Money(amount=other.amount - least.amount, currency=least.currency))
        text = scene.phrases.say("compare.cheaper", mark=MARKS[mine], other=MARKS[theirs], difference=difference)
        yield Compound(text=text, parts=tuple(_costs(rivals[place], scene) for place in (mine, theirs)))


def _costs(product: Product, scene: Scene) -> Statement:
    facts = scene.facts(product, PRICE)
    return Statement(text=facts[0].printed, product=product, facts=facts)


def _only(rivals: Sequence[Product], scene: Scene) -> Iterator[Compound]:
    """What only one of them meets of all that was asked."""
    for constraint in scene.need.constraints:
        meeting = [place for place, rival in enumerate(rivals) if passes(rival, constraint, scene.at)]
        if len(meeting) == 1 and (parts := _ground(rivals, constraint, scene)):
            want = want_parts([constraint], scene.phrases, scene.currency)
            if want:
                text = scene.phrases.say("compare.only", mark=MARKS[meeting[0]], want=want[0])
                yield Compound(text=text, parts=parts)


def _ground(rivals: Sequence[Product], constraint: Constraint, scene: Scene) -> tuple[Statement, ...]:
    cells = _cells(constraint.attribute, rivals, scene)
    return tuple(
        Statement(text=say_fact(facts, scene), product=rival, facts=facts)
        for facts, rival in zip(cells, rivals, strict=True)
        if facts
    )


def _on_new_line(sentences: Sequence[Compound]) -> list[Sentence]:
    if not sentences:
        return []
    first, *others = sentences
    return [Compound(text=f"\n{first.text}", parts=first.parts), *others]
