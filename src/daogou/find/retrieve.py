"""Step 2: which products of the shop could answer? Words and vectors propose; nothing is decided here.

Every searcher is asked for the whole shop, and again within what the need lets an index decide: what a shopper insists on and the
kind that was understood bring products in, and never keep one out.
"""

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.amount_outcome import NEAR_SHARE
from daogou.catalog.matching.matching import OWN, meets
from daogou.catalog.matching.wording import fold, mentions
from daogou.catalog.products.candidate import Candidate, Found, Hit, Score
from daogou.catalog.products.need import (
    CATEGORY,
    PRICE,
    TEXT,
    Asks,
    Constraint,
    Operator,
    ShopperNeed,
    ShopQuestion,
    Sort,
    Strength,
    indexed,
    kind_of,
)
from daogou.catalog.products.product import Product
from daogou.find.expand import Wording, translate, wording
from daogou.ports import Catalogue, Encoder, SearchIndex, Vectors
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, is_chinese, language_of, stem

MOST = 60  # variants of one thing that are read: a card has no room for more


def variants(
    products: Iterable[Product], *, index: SearchIndex, catalogue: Catalogue
) -> Mapping[str, tuple[Product, ...]]:
    """Item group id -> its products, by id; for those groups of these products that have several."""
    groups = {one.item_group_id: sorted(index.group(one.item_group_id))[:MOST] for one in products if one.item_group_id}
    rows = catalogue.get([product_id for ids in groups.values() for product_id in ids])
    return {group: tuple(rows[one] for one in ids if one in rows) for group, ids in groups.items() if len(ids) > 1}


def with_variants(product_ids: Collection[str], *, index: SearchIndex, catalogue: Catalogue) -> frozenset[str]:
    """These products and every other variant of each."""
    groups = {row.item_group_id for row in catalogue.get(list(product_ids)).values()} - {""}
    return frozenset(product_ids).union(*(index.group(group) for group in groups))


HALVINGS = 24  # at most, of the attribute's range: an index counts in a millisecond
ENOUGH = 3  # a bound that a third of the limit passes is tight enough
PRICES = (Decimal("0.01"), Decimal(10_000_000))  # in any currency
WIDEST_RATIO = 1_000_000
LONGEST_WORDING = 6  # words; a longer query is a story, not a list of properties


def tightened(need: ShopperNeed, musts: Sequence[Constraint], index: SearchIndex, limit: int) -> tuple[Constraint, ...]:
    """The musts with the words beside the type, and with a bound that the first `limit` products of the order pass."""
    assert need.sort is not None
    within = (*musts, *_spoken(need, musts, index))
    return (*within, *_bound(need.sort, within, index, limit))


def _spoken(need: ShopperNeed, musts: Sequence[Constraint], index: SearchIndex) -> list[Constraint]:
    """The query's words that name no type ("the cheapest wireless mouse"), as far as some product says them."""
    names = naming(need) - _values()
    words = [word for word in dict.fromkeys(cut(need.query)) if stem(word) not in names]
    kept: list[Constraint] = []
    for word in words if len(words) <= LONGEST_WORDING else ():
        said = Constraint(attribute=TEXT, operator=Operator.IS, value=(word,))
        if index.count((*musts, *kept, said)):
            kept.append(said)
    return kept


def naming(need: ShopperNeed) -> set[str]:
    """The words of all names of the wanted types."""
    concepts = [thesaurus().types[key] for key in need.category if key in thesaurus().types]
    names = [name for concept in concepts for names in concept.phrases.values() for name in names]
    return {stem(word) for name in (*names, *need.category) for word in cut(name)}


@functools.cache
def _values() -> frozenset[str]:
    """Words that say a property though a type's name has them: a "wireless mouse" is not any mouse."""
    concepts = thesaurus().values.values()
    return frozenset(stem(name) for concept in concepts for names in concept.phrases.values() for name in names)


def _bound(sort: Sort, musts: Sequence[Constraint], index: SearchIndex, limit: int) -> list[Constraint]:
    """A bound on the sorted attribute that at most `limit` products pass; none where all do or it has no numbers."""
    scale = _scale(sort, index)
    if scale is None or index.count(musts) <= limit:
        return []
    operator = Operator.AT_LEAST if sort.descending else Operator.AT_MOST
    near, far = reversed(scale) if sort.descending else scale
    best: list[Constraint] = []
    for _ in range(HALVINGS):
        middle = (near * far).sqrt()
        bound = Constraint(attribute=sort.attribute, operator=operator, value=middle)
        passing = index.count((*musts, bound))
        if passing > limit:
            far = middle
            continue
        near = middle
        best = [bound] if passing else best
        if passing > limit // ENOUGH:
            break
    return best


def _scale(sort: Sort, index: SearchIndex) -> tuple[Decimal, Decimal] | None:
    """From the least to the largest value, halved by ratio: prices are many at the cheap end."""
    if sort.attribute == PRICE:
        return PRICES
    profile = index.vocabulary.attributes.get(sort.attribute)
    if profile is None or profile.minimum is None or profile.maximum is None or profile.maximum <= 0:
        return None
    return max(profile.minimum, profile.maximum / WIDEST_RATIO), profile.maximum


CANDIDATES = 100  # products whose rows are read for one answer
CODE = "code"  # the score of a product whose number was named
LEXICAL = "lexical"  # BM25 as a share of the most that the query's words could score
DEPTH = 200  # how many each searcher names
WITHIN = 80  # of those that pass what was insisted on
MULTILINGUAL, ENGLISH = frozenset({"use"}), frozenset({"minilm"})  # encoders
ROUGH = 0.3  # a cosine beside the words' share, where only the most promising are kept


def retrieve(
    need: ShopperNeed,
    *,
    index: SearchIndex,
    encoders: Sequence[Encoder],
    limit: int = CANDIDATES,
    without: Collection[str] = (),
) -> Found:
    """At least the `limit` most promising, and as many again that pass the musts; each with every searcher's score.

    Products whose numbers were named are among them, and alone where no other thing is asked for; `without` are not.
    """
    found = _with_codes(_searched(need, index, encoders, limit + len(without)), need)
    return replace(found, candidates=tuple(one for one in found.candidates if one.product_id not in without))


def _with_codes(found: Found, need: ShopperNeed) -> Found:
    named = [product_id for code in need.codes for product_id in code.product_ids]
    if not need.codes:
        return found
    given = {candidate.product_id: candidate.scores for candidate in found.candidates}
    told = Score(source=CODE, value=1.0)
    first = tuple(Candidate(product_id=key, scores=(*given.get(key, ()), told)) for key in dict.fromkeys(named))
    alone = not need.category and (not need.query.strip() or all(code.alone for code in need.codes))
    others = () if alone else tuple(one for one in found.candidates if one.product_id not in named)
    return replace(found, candidates=(*first, *others))


def _searched(need: ShopperNeed, index: SearchIndex, encoders: Sequence[Encoder], limit: int) -> Found:
    said = wording(need, index.vocabulary)
    vectors = encoded(said, encoders, index.vocabulary.languages)
    known = {name: vector for name, vector in vectors.items() if vector.any()}
    most = index.most(said.words) if said.words else 0.0
    found: dict[str, dict[str, float]] = {name: {} for name in (LEXICAL, *known)}
    proposed: dict[str, None] = {}
    for musts, depth, kept in _passes(need, index, limit):
        hits = {name: index.dense(name, vector, musts=musts, limit=depth) for name, vector in known.items()}
        if most:
            hits[LEXICAL] = _shares(index.lexical(said.words, musts=musts, limit=depth), most)
        for name, ranked in hits.items():
            found[name].update((hit.product_id, hit.score) for hit in ranked)
        proposed |= dict.fromkeys(_promising(hits, kept) or (index.matching(musts, limit=kept) if musts else ()))
    candidates = tuple(Candidate(product_id=one, scores=_scores(one, found)) for one in proposed)
    share, rest = _what_names(need, said.words, index)
    return Found(candidates=candidates, information=most, named_share=share, rest=rest)


def _what_names(need: ShopperNeed, words: Mapping[str, float], index: SearchIndex) -> tuple[float, dict[str, float]]:
    """The share of the query that names the kind; and what each word of the rest could score, but those that rows answer as wishes."""
    worth = {word: index.most([word]) for word, weight in words.items() if weight >= 1}
    names = naming(need)
    rest = {word: points for word, points in worth.items() if stem(word) not in names}
    wishes = [wish.said for wish in need.constraints if wish.attribute != TEXT or wish.strength is Strength.PREFER]
    answered = {stem(word) for said in (*wishes, need.purpose, need.recipient) for word in cut(said)}
    share = 1 - sum(rest.values()) / sum(worth.values()) if worth else 0.0
    return share, {word: points for word, points in rest.items() if stem(word) not in answered}


def _passes(need: ShopperNeed, index: SearchIndex, limit: int) -> list[tuple[tuple[Constraint, ...], int, int]]:
    """(musts, depth, how many are kept) of each time that the searchers are asked: the whole shop, then ever more of the need."""
    kind = kind_of(need)
    insisted = tuple(
        wider for must in need.musts if indexed(must) and must.attribute != TEXT for wider in _around(must)
    )
    worded = tuple(must for must in need.musts if must.attribute == TEXT and must.operator is Operator.IS)
    asked = dict.fromkeys([kind, insisted, (*kind, *insisted), (*kind, *insisted, *worded)])
    passes = [((), max(DEPTH, limit), limit), *((musts, WITHIN, WITHIN) for musts in asked if musts)]
    if need.sort is not None:
        widest = next((musts for musts in reversed(asked) if index.count(musts)), ())
        passes.append((tightened(need, widest, index, limit), max(DEPTH, limit), limit))
    return passes


def _around(must: Constraint) -> tuple[Constraint, ...]:
    """A number of a column as the range of what is near it."""
    if must.operator is not Operator.IS or not isinstance(must.value, Decimal) or must.attribute in OWN:
        return (must,)
    apart = NEAR_SHARE * abs(must.value)
    return (
        replace(must, operator=Operator.AT_LEAST, value=must.value - apart),
        replace(must, operator=Operator.AT_MOST, value=must.value + apart),
    )


def _shares(hits: Sequence[Hit], most: float) -> list[Hit]:
    return [Hit(product_id=hit.product_id, score=hit.score / most) for hit in hits]


def _promising(hits: Mapping[str, Sequence[Hit]], kept: int) -> list[str]:
    """The best of all searchers together; what a searcher that filled its list did not name counts as its last."""
    rough: dict[str, float] = {}
    for name, ranked in hits.items():
        for hit in ranked:
            rough[hit.product_id] = rough.get(hit.product_id, 0.0) + (1.0 if name == LEXICAL else ROUGH) * hit.score
    return sorted(rough, key=lambda product_id: (-rough[product_id], product_id))[:kept]


def _scores(product_id: str, found: Mapping[str, Mapping[str, float]]) -> tuple[Score, ...]:
    """Every searcher's; who did not name the product gives it no more than its least."""
    told = (
        (name, values.get(product_id, 0.0 if name == LEXICAL else min(values.values(), default=0.0)))
        for name, values in found.items()
    )
    return tuple(Score(source=name, value=value) for name, value in told)


def encoded(said: Wording, encoders: Sequence[Encoder], languages: Sequence[str]) -> Mapping[str, Vectors]:
    """(dimensions,) for each encoder that has something to read; `languages` are the catalogue's.

    A question in another language is read as it was asked: what the thesaurus makes of it misses every word that nobody
    put there, and an encoder that knows one language, or learned from the catalogue, misled more than it helped.
    """
    readers, text = encoders, said.text
    if said.foreign and (multilingual := [encoder for encoder in encoders if encoder.name in MULTILINGUAL]):
        readers, text = multilingual, said.foreign
    elif tuple(languages) == ("en",) and any(encoder.name in ENGLISH for encoder in encoders):
        readers = [encoder for encoder in encoders if encoder.name not in MULTILINGUAL]
    return {encoder.name: encoder.encode([text])[0] for encoder in readers} if text else {}


MOST_ROWS = 2_000  # looked at for one question
_CALLED = {"title": 1.0, "kind": 1.0}
MOST_SORTED = 300  # rows near the end of the price scale that are looked at for the very last one
_BY_PRICE = {Asks.DEAREST: True, Asks.CHEAPEST: False, Asks.PRICES: False}


def shop_rows(
    need: ShopperNeed, question: ShopQuestion, *, index: SearchIndex, catalogue: Catalogue, at: datetime
) -> list[Product]:
    """The rows of the kind that is asked about, dearest or cheapest first where prices are; else by id.

    Without a kind only those at an end of the price scale: what else is known of a whole shop is counted already.
    """
    extreme = question.asks in (Asks.DEAREST, Asks.CHEAPEST)
    sort = Sort(attribute=PRICE, descending=question.asks is Asks.DEAREST) if extreme else None
    if question.thing:
        rows = kind_rows(need, question.thing, index=index, catalogue=catalogue, at=at, sort=sort)
    elif sort is not None:
        musts = tightened(ShopperNeed(sort=sort), (), index, MOST_SORTED)
        rows = list(catalogue.get(index.matching(musts, limit=2 * MOST_SORTED)).values())
    else:
        return []
    return _by_price(rows, at, descending=_BY_PRICE[question.asks]) if question.asks in _BY_PRICE else rows


def _by_price(rows: Sequence[Product], at: datetime, *, descending: bool) -> list[Product]:
    """Those with a price in the currency that most of them have, in order."""
    priced = [(price, row) for row in rows if (price := row.price_at(at))]
    currencies = [price.currency for price, _ in priced]
    usual = max(currencies, key=currencies.count, default="")
    same = [(price.amount, row.id, row) for price, row in priced if price.currency == usual]
    return [row for *_, row in sorted(same, key=lambda one: (-one[0] if descending else one[0], one[1]))]


def kind_rows(
    need: ShopperNeed, thing: str, *, index: SearchIndex, catalogue: Catalogue, at: datetime, sort: Sort | None = None
) -> list[Product]:
    """Every row of that kind that meets what else was said of it, at most MOST_ROWS of them, by id.

    With `sort` those that come first in the order are surely among them, however many there are of the kind.
    """
    foreign = language_of(thing, default="en") not in index.vocabulary.languages
    name = fold(translate(thing, index.vocabulary.languages[0]) if foreign else thing)
    category = Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category)
    first = tightened(ShopperNeed(sort=sort), (category,), index, MOST_ROWS) if sort and need.category else (category,)
    typed = set(index.matching(first, limit=MOST_ROWS)) if need.category else set()
    said = [hit.product_id for hit in index.lexical(cut(name), limit=MOST_ROWS, fields=_CALLED)]
    rows = catalogue.get(sorted(typed | set(said)))
    wishes = [c for c in need.constraints if c.attribute != PRICE and fold(c.said) != fold(thing)]
    return [
        row
        for row in rows.values()
        if (row.id in typed or _is_called(row, name)) and all(meets(row, wish, at) is not False for wish in wishes)
    ]


def _is_called(row: Product, name: str) -> bool:
    """Whether title and category say the name, and the last of what it is called is the name's last word.

    The case of "Phones > Cases" is no phone, and 手机壳 is no 手机.
    """
    words = name.split() if not is_chinese(name) else [name]
    text = fold(" \n ".join((row.title, *row.category, row.product_type)))
    if not all(mentions(text, word) for word in words):
        return False
    ends = [fold(text) for text in (row.product_type, *row.category[-1:]) if text]
    return any(_ends(end, words[-1]) for end in ends) if ends else _ends(fold(row.title), words[-1])


def _ends(text: str, head: str) -> bool:
    if is_chinese(head):
        return text.endswith(head)
    last: Sequence[str] = cut(text)[-1:]
    return bool(last) and stem(last[0]) == stem(head)
