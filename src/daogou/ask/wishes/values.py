"""Brands, values and yes/no properties as constraints: HP, 红色或者蓝色, bluetooth, not black."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from daogou.ask.lexicon import Lexicon, brand_names
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue, Kind, Meaning, tokenize
from daogou.catalog.products.need import BRAND, CATEGORY, TEXT, Constraint, Operator, Strength

_TOO_SHORT = 2  # letters
# What a thing is for and when it is used: it need not say so itself.
SOFT = ("purpose", "use", "occasion", "season", "activity", "room", "sport")
# No row can promise these: wishes.
FEELINGS = frozenset(["warm", "cozy", "cosy", "soft", "snug", "温暖", "保暖", "柔软", "软"])
# A thing has one of these: "red, blue" is a choice; "organic, gluten free" is both.
ONE_ONLY = (BRAND, "colour", "size", "gender")


def values(
    chunks: Sequence[Chunk],
    places: Iterable[int],
    *,
    negated: frozenset[int],
    category: Sequence[str],
    lexicon: Lexicon,
) -> list[Constraint]:
    """One constraint for each brand, value and yes/no property at these places; "red or blue" is one."""
    found: list[tuple[int, str, Constraint]] = []
    for place in places:
        meaning = best_meaning(chunks, place, category, lexicon)
        constraint = _constraint(chunks, place, meaning, negated, category, lexicon) if meaning else None
        if meaning is None or constraint is None:
            continue
        if meaning.kind is Kind.VALUE and lexicon.accessory(category) and _for_another(chunks, place):
            worded = in_text((chunks[place].text,), constraint.operator, constraint.said)
            constraint = replace(worded, strength=Strength.PREFER)
        elif (
            constraint.attribute == TEXT
            and constraint.operator is Operator.IS
            and (meaning.attribute in SOFT or chunks[place].text in FEELINGS)
        ):
            constraint = replace(constraint, strength=Strength.PREFER)
        if found and found[-1][1] == meaning.attribute and _any_of(chunks, found[-1], place, constraint):
            constraint = _union(found.pop()[2], constraint)
        found.append((place, meaning.attribute, constraint))
    return [constraint for _, _, constraint in found]


def _constraint(
    chunks: Sequence[Chunk],
    place: int,
    meaning: Meaning,
    negated: frozenset[int],
    category: Sequence[str],
    lexicon: Lexicon,
) -> Constraint | None:
    chunk = chunks[place]
    operator = Operator.IS_NOT if place in negated else Operator.IS
    if meaning.kind is Kind.ATTRIBUTE:
        return _yes_no(meaning, chunk, operator, category, lexicon)
    if meaning.kind is Kind.BRAND and not meaning.values:
        return _brand_in_text(chunk, operator, lexicon)
    if meaning.kind is Kind.BRAND and _for_another(chunks, place) and lexicon.accessory(category):
        return in_text((chunk.text, *meaning.values), operator, chunk.text)
    if meaning.kind is Kind.BRAND:
        return Constraint(attribute=BRAND, operator=operator, value=_one_or_any(meaning.values), said=chunk.text)
    if any(character.isdigit() for character in chunk.text):
        return in_text((chunk.text,), operator, chunk.text)  # "windows 10" is not just any windows
    if len(chunk.text) <= _TOO_SHORT and chunk.text.isascii():  # a size: "M" stands in every text
        known = lexicon.coverage(meaning.attribute, ()) > 0
        value = _one_or_any(meaning.values)
        return (
            Constraint(attribute=meaning.attribute, operator=operator, value=value, said=chunk.text) if known else None
        )
    if lexicon.trusts(meaning.attribute, category) and meaning.concept:
        return Constraint(
            attribute=meaning.attribute, operator=operator, value=_one_or_any(meaning.values), said=chunk.text
        )
    return in_text(wordings(meaning, chunk, lexicon), operator, chunk.text)


def _for_another(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a brand is that of the thing an accessory is for: toner for Brother."""
    for chunk in reversed(chunks[:place]):
        if chunk.has(Cue.STOP, Cue.WANT, Cue.PERSON) or chunk.text == "的" or chunk.amount:
            return False
        if chunk.has(Cue.FOR):
            return True
    return False


def _brand_in_text(chunk: Chunk, operator: Operator, lexicon: Lexicon) -> Constraint:
    """A brand that the shop does not have as one may still stand in titles ("for Apple"); else no row is of it."""
    names = next((names for names in brand_names() if chunk.text in (name.casefold() for name in names)), (chunk.text,))
    known = [name for name in names if lexicon.forms(name.casefold())]
    if known:
        return in_text((chunk.text, *known), operator, chunk.text)
    return Constraint(attribute=BRAND, operator=operator, value=chunk.text, said=chunk.text)


def best_meaning(chunks: Sequence[Chunk], place: int, category: Sequence[str], lexicon: Lexicon) -> Meaning | None:
    """What a phrase most likely means here: a brand, a value of what is said beside it or of what the category has."""
    chunk = chunks[place]
    named = {m.attribute for near in chunks[max(0, place - 2) : place + 3] for m in near.means(Kind.ATTRIBUTE)}
    choices = [m for m in chunk.means(Kind.BRAND, Kind.VALUE) if m.kind is Kind.BRAND or m.concept or m.count]
    choices += [m for m in chunk.means(Kind.ATTRIBUTE) if lexicon.yes_no(m.attribute)]
    return max(choices, key=lambda m: _likelihood(m, named, category, lexicon), default=None)


def _likelihood(meaning: Meaning, named: set[str], category: Sequence[str], lexicon: Lexicon) -> tuple[float, ...]:
    if meaning.kind is Kind.BRAND:
        return (0, True, 1.0, meaning.count)
    beside = meaning.kind is Kind.VALUE and meaning.attribute in named
    return (
        beside,
        bool(meaning.concept) or meaning.kind is Kind.ATTRIBUTE,
        lexicon.coverage(meaning.attribute, category) * bool(meaning.count or meaning.concept),
        meaning.count,
    )


def _yes_no(
    meaning: Meaning, chunk: Chunk, operator: Operator, category: Sequence[str], lexicon: Lexicon
) -> Constraint:
    """A property that rows say yes or no to; turned down, "no" and silence both pass."""
    trusted = lexicon.trusts(meaning.attribute, category)
    if operator is Operator.IS_NOT or trusted:
        return Constraint(attribute=meaning.attribute, operator=operator, value=True, said=chunk.text)
    return in_text(wordings(meaning, chunk, lexicon), operator, chunk.text)


def wordings(meaning: Meaning, chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """Every way in which a text may say it: the shopper's words, the catalogue's, the thesaurus' in both languages."""
    forms = [chunk.text, *meaning.values]
    if meaning.kind is Kind.ATTRIBUTE:
        concept = lexicon.thesaurus.attributes.get(meaning.attribute)
        phrases = concept.phrases if concept else {}
    else:
        value = lexicon.thesaurus.values.get((meaning.attribute, meaning.concept))
        phrases = value.phrases if value else {}
    forms += [name for names in phrases.values() for name in names]
    return tuple(dict.fromkeys(form.casefold() for form in forms))


def in_text(forms: Sequence[str], operator: Operator, said: str) -> Constraint:
    """A word that must (not) stand in a product's text, in any of these forms."""
    value = _one_or_any([form.casefold() for form in forms])
    return Constraint(attribute=TEXT, operator=operator, value=value, said=said)


def _any_of(chunks: Sequence[Chunk], before: tuple[int, str, Constraint], place: int, right: Constraint) -> bool:
    """Whether two values of one attribute are a choice: joined by "or"; or, where a thing has one only, listed."""
    left_place, attribute, left = before
    between = chunks[left_place + 1 : place]
    if left.operator is not right.operator or left.attribute != right.attribute or isinstance(left.value, bool):
        return False
    if not all(chunk.has(Cue.OR, Cue.AND, Cue.STOP, Cue.FILLER, Cue.OF, Cue.NOT, Cue.WITH) for chunk in between):
        return False
    if any(chunk.has(Cue.OR) for chunk in between):
        return True
    listed = not any(chunk.has(Cue.STOP) and chunk.text not in (",", "，") for chunk in between)
    return listed and (attribute in ONE_ONLY or left.operator is Operator.IS_NOT)


def _union(left: Constraint, right: Constraint) -> Constraint:
    texts = (*left.texts, *right.texts)
    return Constraint(
        attribute=left.attribute,
        operator=left.operator,
        value=_one_or_any(texts),
        said=f"{left.said} {right.said}",
    )


def _one_or_any(texts: Sequence[str]) -> str | tuple[str, ...]:
    distinct = tuple(dict.fromkeys(texts))
    return distinct[0] if len(distinct) == 1 else distinct


def not_of_kind(kinds: Sequence[str], said: str) -> Constraint:
    """Kinds of things that were turned down."""
    return Constraint(attribute=CATEGORY, operator=Operator.IS_NOT, value=_one_or_any(kinds), said=said)


def one_only(constraint: Constraint, lexicon: Lexicon) -> str:
    """The attribute of which a thing has one value only that a wish speaks of, also where it is looked for in the
    text; "" for any other wish.
    """
    if constraint.attribute in ONE_ONLY:
        return constraint.attribute
    tokens = tokenize(constraint.said) if constraint.attribute == TEXT else []
    meanings = lexicon.book.longest(tokens, 0)[1] if tokens else ()
    named = [meaning.attribute for meaning in meanings if meaning.kind in (Kind.VALUE, Kind.BRAND)]
    return next((attribute for attribute in named if attribute in ONE_ONLY), "")
