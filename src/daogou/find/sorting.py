"""The cheapest, the lightest: candidates must then hold the very first of the order, not the best-worded ones."""

import functools
from collections.abc import Sequence
from decimal import Decimal

from daogou.catalog.products.need import PRICE, TEXT, Constraint, Operator, ShopperNeed, Sort
from daogou.ports import SearchIndex
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, stem

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
