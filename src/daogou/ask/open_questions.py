"""What is worth asking back: the telling attributes of the kind that the shopper has said nothing about."""

from daogou.ask.lexicon import Lexicon
from daogou.shop.need import BRAND, PRICE, ShopperNeed

_MOST = 3
_COVERAGE = 0.3  # an attribute that fewer products of the kind keep is not worth a question


def open_questions(need: ShopperNeed, lexicon: Lexicon) -> tuple[str, ...]:
    """At most three attributes, most telling first; none where the kind isn't known."""
    if not need.category:
        return ()
    said = {constraint.attribute for constraint in need.constraints} | {need.sort.attribute if need.sort else ""}
    asked = [name for key in need.category for name in _ask(key, lexicon)]
    worth = [name for name in dict.fromkeys(asked) if name not in said and _answerable(name, need, lexicon)]
    return tuple(worth[:_MOST])


def _ask(key: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The thesaurus' questions for a kind, or for what it is a kind of; the price is always worth one."""
    concept = lexicon.thesaurus.types.get(key)
    while concept is not None and not concept.ask:
        concept = lexicon.thesaurus.types.get(concept.broader)
    return (*(concept.ask if concept else ()), PRICE)


def _answerable(name: str, need: ShopperNeed, lexicon: Lexicon) -> bool:
    if name == PRICE:
        return True
    if name == BRAND:
        return len(lexicon.vocabulary.brands) > 1
    return lexicon.coverage(name, need.category) >= _COVERAGE
