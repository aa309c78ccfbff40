"""The need said back to the shopper, and what the thing is called: "laptops by Lenovo, up to €800, with at least 8 GB of memory"."""

import re
from collections.abc import Sequence
from decimal import Decimal

from daogou.catalog.matching.measures import said_amount
from daogou.catalog.matching.wording import mentions, searchable_text
from daogou.catalog.products.need import (
    AVAILABILITY,
    CATEGORY,
    MODEL,
    PRICE,
    TEXT,
    Constraint,
    ConstraintValue,
    Operator,
    ShopperNeed,
)
from daogou.catalog.products.product import AttributeValue, Availability, Money, Product
from daogou.reply.sentences.phrases import (
    VALUE_LENGTH,
    Phrases,
    cased,
    clean,
    counted,
    is_quality,
    listed,
    money,
    number,
    plural,
    quantity,
    short,
    spoken,
)
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, is_chinese, segment, stem

_STATES = {
    "en": {"in_stock": "in stock", "out_of_stock": "out of stock", "preorder": "pre-order", "backorder": "back order"},
    "zh": {"in_stock": "有货", "out_of_stock": "缺货", "preorder": "可预订", "backorder": "待补货"},
}
_LITTLE = re.compile(
    "and|for|the|with|that|this|from|but|not|any|some|new|good|nice|best|want|need|一个|一款|一些|想要|适合|推荐"
)
_SOME = re.compile("一点|一些|一下|一款|一个|一件|一样|一")
_NUMERAL = re.compile("[0-9一二两三四五六七八九十百千万]|hundred|thousand|grand|ten|twenty|thirty|forty|fifty", re.I)


def wants(constraints: Sequence[Constraint], phrases: Phrases, currency: str, *, beside: str = "") -> str:
    """The constraints as they stand beside the noun: " by Lenovo, up to €800" or "联想品牌、¥800以内的".

    What the words `beside` them name already is not said again.
    """
    parts = want_parts([one for one in constraints if not says(beside, one)], phrases, currency)
    if not parts:
        return ""
    return f"{'、'.join(parts)}的" if phrases.language == "zh" else f" {', '.join(parts)}"


def want_parts(constraints: Sequence[Constraint], phrases: Phrases, currency: str) -> list[str]:
    """One phrase for each constraint; both bounds of the same thing are one, and so are all words to be mentioned."""
    mentioned = [c for c in constraints if c.attribute == TEXT and c.operator is Operator.IS]
    groups = [group for group in grouped(constraints) if group[0] not in mentioned]
    parts = [want(group, phrases, currency) for group in groups]
    if mentioned:
        between = "”和“" if phrases.language == "zh" else "” and “"
        words = dict.fromkeys(asked_value(constraint, phrases.language, currency) for constraint in mentioned)
        parts.append(phrases.say("want.text_is", value=between.join(words)))
    return parts


def grouped(constraints: Sequence[Constraint]) -> list[tuple[Constraint, ...]]:
    """Each constraint alone, but both bounds of a range together, lower first."""
    groups: list[tuple[Constraint, ...]] = []
    lows = {c.attribute: c for c in constraints if c.operator is Operator.AT_LEAST}
    highs = {c.attribute: c for c in constraints if c.operator is Operator.AT_MOST}
    for constraint in constraints:
        low, high = lows.get(constraint.attribute), highs.get(constraint.attribute)
        group = (low, high) if low and high and constraint in (low, high) else (constraint,)
        if constraint.attribute != CATEGORY and group not in groups:
            groups.append(group)
    return groups


def want(group: Sequence[Constraint], phrases: Phrases, currency: str) -> str:
    """One constraint, or both bounds of a range, in words."""
    first = group[0]
    name = phrases.label(first.attribute)
    form = "between" if len(group) == 2 else first.operator.value
    own = f"want.{first.attribute}_{form}"
    key = own if phrases.has(own) else f"want.{form}"
    if len(group) == 2:
        low, high = (asked_value(c, phrases.language, currency) for c in group)
        return phrases.say(key, attribute=name, low=low, high=high)
    if isinstance(first.value, Decimal) and first.attribute != PRICE and not named_a_number(first):
        return phrases.say("want.also", said=spoken(first.said))
    if isinstance(first.value, bool):
        wanted = first.value is (first.operator is not Operator.IS_NOT)
        kind = "is" if is_quality(first.attribute) else "has"
        return phrases.say(f"want.{kind}_yes" if wanted else f"want.{kind}_no", attribute=name)
    value = asked_value(first, phrases.language, currency)
    return phrases.say(key, attribute=name, value=value)


def extra_words(need: ShopperNeed) -> list[str]:
    """The query's words beyond the kind of product and the constraints, neighbours together: "noise cancelling" of "noise
    cancelling black headphones".
    """
    kinds = [thesaurus().types[key] for key in need.category if key in thesaurus().types]
    phrases = [*need.category, *(phrase for kind in kinds for each in kind.phrases.values() for phrase in each)]
    phrases += [text for c in need.constraints for text in (c.said, *_texts(c.value))]
    phrases += [need.recipient, need.purpose]  # no row says for whom it is
    phrases += need.names[1:]  # the first is the whole of what the thing was called
    known = {stem(word) for phrase in phrases for word in cut(phrase)}
    chinese = is_chinese(need.query)
    words = segment(need.query) if chinese else need.query.split()
    runs: list[list[str]] = [[]]
    for word in words:
        extra = word.strip() and any(stem(part) not in known for part in cut(word)) and not _LITTLE.fullmatch(word)
        if extra and len(word) > (1 if is_chinese(word) else 2):
            runs[-1].append(word)
        elif word.strip():
            runs.append([])
    return [("" if chinese else " ").join(run) for run in runs if run]


def asked_value(constraint: Constraint, language: str, currency: str) -> str:
    """What the shopper compares with, printed; a bare price is in the shop's currency."""
    value = constraint.value
    if constraint.attribute == TEXT:
        return _words(constraint, language)
    if constraint.attribute == PRICE and isinstance(value, Decimal):
        return money(Money(amount=value, currency=constraint.unit or currency)) if currency else number(value)
    if isinstance(value, tuple):
        labels = [_label(constraint.attribute, text, language) for text in value]
        return listed(list(dict.fromkeys(labels)), language, last="or")
    if isinstance(value, str):
        return _label(constraint.attribute, value, language)
    unit = constraint.unit
    if isinstance(value, Decimal):
        value, unit = said_amount(value, unit, constraint.said)
    return printed_value(constraint.attribute, value, unit, language)


def printed_value(attribute: str, value: AttributeValue, unit: str | None, language: str) -> str:
    """A value as an answer writes it, labels in the shopper's language."""
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, Decimal):
        return quantity(value, unit, language)
    return short(thesaurus().value_label(attribute, value, language), VALUE_LENGTH)


def state_label(state: Availability, language: str) -> str:
    """An availability in words."""
    return _STATES[language][state.value]


def _words(constraint: Constraint, language: str) -> str:
    """The words that must stand in the text, as the shopper said them; several are quoted each."""
    words = _texts(constraint.value)
    found = [word for word in words if word in constraint.said.casefold()]
    if not found and constraint.operator is Operator.IS_NOT:  # said by another word: decaf, of caffeine
        return short(next((word for word in words if is_chinese(word) == (language == "zh")), words[0]))
    said = [word for word in found if not any(word in other and word != other for other in found)]
    return f"”{'或' if language == 'zh' else ' or '}“".join(map(short, said or [constraint.said or words[0]]))


def _texts(value: ConstraintValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _label(attribute: str, text: str, language: str) -> str:
    if attribute == CATEGORY:
        return clean(thesaurus().type_label(text, language))
    if attribute == AVAILABILITY and text in list(Availability):
        return state_label(Availability(text), language)
    return short(thesaurus().value_label(attribute, text, language))


def named_a_number(constraint: Constraint) -> bool:
    """Whether the shopper named the bound: not so where "cheaper" was turned into one."""
    said = _SOME.sub("", constraint.said)
    return not constraint.said or _NUMERAL.search(said) is not None


LEAST_WORD = 3  # letters; a shorter word means something only beside its neighbours: usb-c
MOST_KINDS = 2  # product types named in one sentence
_SIGNS = re.compile(r"[\s-]+")


def called(
    need: ShopperNeed, phrases: Phrases, *, rows: Sequence[Product] = (), unmet: Sequence[Constraint] = ()
) -> list[str]:
    """The noun, without a number: "laptop", "guinea pig hay"; several where the kinds are several and no word was said for them.

    `rows` are called that: the shopper's noun, where it is not their kind's, has to stand in each. `unmet` are the wishes that
    some of them does not meet: a noun that names them is not used.
    """
    own = _own_words(need, phrases.language, rows, unmet)
    named = next((must for must in need.musts if must.attribute == MODEL and must.operator is Operator.IS), None)
    labels = [own] if own else _labels(need, phrases)
    return [f"“{clean(named.said or str(named.value))}”"] if named and named not in unmet else labels


def thing(
    need: ShopperNeed,
    phrases: Phrases,
    count: int = 1,
    *,
    rows: Sequence[Product] = (),
    unmet: Sequence[Constraint] = (),
) -> str:
    """The thing for that many: "laptop", "laptops", "kinds of tea", "pairs of gloves"; "product" where none was said."""
    nouns = called(need, phrases, rows=rows, unmet=unmet)
    if phrases.language == "en":
        nouns = [noun if noun.endswith("”") else cased(counted(noun, count)) for noun in nouns]
    return _together(nouns, phrases)


def things(need: ShopperNeed, phrases: Phrases) -> str:
    """The thing in general, as after "no": "laptops", "tea", "gloves"."""
    nouns = called(need, phrases)
    if phrases.language == "en":
        nouns = [noun if noun.endswith("”") else cased(plural(noun)) for noun in nouns]
    return _together(nouns, phrases)


def _together(nouns: Sequence[str], phrases: Phrases) -> str:
    distinct = list(dict.fromkeys(nouns))
    if len(distinct) <= MOST_KINDS:
        return listed(distinct, phrases.language, last="or")
    between = "、" if phrases.language == "zh" else ", "
    return phrases.say("noun.similar", kinds=between.join(distinct[:MOST_KINDS]))


def of_kind(need: ShopperNeed, phrases: Phrases) -> str:
    """The labels of the kinds: a wish that they name needs no word, whatever a title calls the thing."""
    return " ".join(_labels(need, phrases)) if need.category else ""


def says(noun: str, wish: Constraint) -> bool:
    """Whether a noun (or another phrase) already names the wish: "guinea pig hay" needs no "mentioning guinea"."""
    known = _stems(noun)
    names = filter(str.strip, (wish.said, *_texts(wish.value)))
    return any(name in noun if is_chinese(name) else _stems(name) <= known for name in names)


def _own_words(need: ShopperNeed, language: str, rows: Sequence[Product], unmet: Sequence[Constraint]) -> str:
    """What the shopper called it, if that is their language and says more, or other, than the kind's label; else ""."""
    names = [name for name in need.names if is_chinese(name) == (language == "zh")]
    labels = [thesaurus().type_label(key, language) for key in need.category]
    label = next((one for one in labels if len(labels) == 1 and _same(one) in map(_same, need.names)), "")
    if not need.thing or is_chinese(need.thing) != (language == "zh"):
        return ""
    said = need.thing
    same = [name for name in (label, *names[1:]) if name and _same(name) == _same(said)]
    if label in same:
        return label
    if same and _stands(said, need, rows):
        return _well_written(said, label, names)
    endings = {label, *names[1:]} - {*same}
    known = sorted(endings, key=lambda name: (not said.endswith(name), -len(name), name))  # first as it was written
    for name in filter(None, known):
        if _same(said).endswith(_same(name)) and (name == label or _borne_out(need, rows)):
            return _widened(said, _well_written(name, label, names), need, unmet)
    if not _stands(said, need, rows) or any(wish.attribute == TEXT and says(said, wish) for wish in unmet):
        return ""
    within = max((name for name in names[1:] if is_chinese(name) and name in said), key=len, default="")
    return within or said


def _well_written(name: str, label: str, names: Sequence[str]) -> str:
    """The label where it is the same word, else the name with a hyphen: "t-shirt" of "t shirt", "T恤" of "t恤"."""
    same = [one for one in (label, *names[1:]) if one and _same(one) == _same(name)]
    return label if label in same else next((one for one in same if "-" in one), name)


def _borne_out(need: ShopperNeed, rows: Sequence[Product]) -> bool:
    """Whether every row is called by one of the thing's names, or by the last word of what was said."""
    names = (*need.names, need.thing.split()[-1])
    return all(any(mentions(searchable_text(row), name) for name in names) for row in rows)


def _stands(said: str, need: ShopperNeed, rows: Sequence[Product]) -> bool:
    """Whether every row has every word of it: "usb-c cable" is not said of any cable."""
    if is_chinese(said):
        return _borne_out(need, rows)
    words = [said] if min(map(len, said.split())) < LEAST_WORD else said.split()
    return all(mentions(searchable_text(row), word) for row in rows for word in words)


def _widened(said: str, name: str, need: ShopperNeed, unmet: Sequence[Constraint]) -> str:
    """The known name with the words before it that are wishes of their own, and met: "organic" of "organic peanut butter"."""
    worded = [wish for wish in need.musts if wish.attribute == TEXT and wish.operator is Operator.IS]
    # The name is as many of the last characters as are the same, whatever hyphens and spaces it is written with.
    length = next(size for size in range(1, len(said) + 1) if _same(said[-size:]) == _same(name))
    before = said[: len(said) - length].strip(" -")
    if not before or not any(says(before, wish) for wish in worded):
        return name
    lacking = (wish for wish in unmet if wish.attribute == TEXT)
    others = (wish for wish in need.constraints if wish.attribute != TEXT)
    if any(says(before, wish) for wish in (*lacking, *others)):
        return name
    return f"{before}{name}" if is_chinese(name) else f"{before} {name}"


def _same(text: str) -> str:
    folded = _SIGNS.sub("", text.casefold())
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") else folded


def _stems(text: str) -> set[str]:
    return {stem(word) for word in cut(text)}


def _labels(need: ShopperNeed, phrases: Phrases) -> list[str]:
    """Of the broadest kinds alone: "computer" speaks for "laptop" and "desktop" too."""
    kinds, words = list(dict.fromkeys(need.category)), thesaurus()
    covered = {kind for other in kinds for kind in words.narrower(other) if other in words.types and kind != other}
    labels = [clean(words.type_label(kind, phrases.language)) for kind in kinds if kind not in covered]
    return labels or [phrases.say("noun.product")]
