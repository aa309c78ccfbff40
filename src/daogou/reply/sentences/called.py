"""What the thing that was asked for is called: in the shopper's own words, as far as every product shown bears them out."""

import re
from collections.abc import Iterable, Sequence

from daogou.catalog.matching.wording import mentions, searchable_text
from daogou.catalog.products.need import MODEL, TEXT, Constraint, Operator, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.reply.sentences.nouns import cased, counted, plural
from daogou.reply.sentences.phrases import Phrases
from daogou.reply.sentences.rendering import clean, listed
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, stem

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
    return _together(
        [_for(noun, count, phrases.language) for noun in called(need, phrases, rows=rows, unmet=unmet)], phrases
    )


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
    names = [wish.said, *(wish.value if isinstance(wish.value, tuple) else (str(wish.value),))]
    known = _stems(noun)
    return any(
        name.strip() and (name in noun if is_chinese(name) else set(_stems(name)) <= set(known)) for name in names
    )


def _for(noun: str, count: int, language: str) -> str:
    return noun if language == "zh" or noun.endswith("”") else cased(counted(noun, count))


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
    before = said[: len(said) - _length(said, name)].strip(" -")
    if not before or not any(says(before, wish) for wish in worded):
        return name
    lacking = [wish for wish in unmet if wish.attribute == TEXT and says(before, wish)]
    others = [wish for wish in need.constraints if wish.attribute != TEXT and says(before, wish)]
    if lacking or others:
        return name
    return f"{before}{name}" if is_chinese(name) else f"{before} {name}"


def _length(said: str, name: str) -> int:
    """How many of the last characters of what was said are the name, whatever hyphens and spaces it is written with."""
    return next(size for size in range(1, len(said) + 1) if _same(said[-size:]) == _same(name))


def _same(text: str) -> str:
    folded = _SIGNS.sub("", text.casefold())
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") else folded


def _stems(text: str) -> list[str]:
    return [stem(word) for word in cut(text)]


def _labels(need: ShopperNeed, phrases: Phrases) -> list[str]:
    labels = [clean(thesaurus().type_label(key, phrases.language)) for key in _kinds(need.category)]
    return labels or [phrases.say("noun.product")]


def _kinds(category: Iterable[str]) -> list[str]:
    """Only the broadest kinds: "computer" speaks for "laptop" and "desktop" too."""
    kinds = list(dict.fromkeys(category))
    words = thesaurus()
    covered = {kind for other in kinds for kind in words.narrower(other) if other in words.types and kind != other}
    return [kind for kind in kinds if kind not in covered]
