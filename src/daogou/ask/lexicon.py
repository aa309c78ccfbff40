"""What the words of a message can mean in this shop: the catalogue's own words and the thesaurus, as one phrase book."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from daogou.ask.tokens.phrases import ENGLISH, Kind, Meaning, PhraseBook, cue_book, keys_of
from daogou.catalog.products.need import BRAND, CATEGORY
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.text.stated import BY_SYMBOL, UNITS
from daogou.text.thesaurus import Thesaurus, thesaurus
from daogou.text.words import is_chinese, stem, table

Keys = tuple[str, ...]  # a name, cut as phrases are compared


def kind_names(vocabulary: Vocabulary, words: Thesaurus) -> Iterator[tuple[Keys, Meaning]]:
    """Every name of a kind, cut into keys, with the product types that it means (none: the shop sells no such thing)."""
    types = vocabulary.types
    sold: dict[Keys, set[str]] = {}
    concepts: dict[Keys, str] = {}
    for key in types:
        sold.setdefault(keys_of(key), set()).add(key)
    for key, concept in words.types.items():
        meant = [kind for kind in words.narrower(key) if kind in types]
        for keys in map(keys_of, (key, *chain.from_iterable(concept.phrases.values()))):
            concepts.setdefault(keys, key)
            sold.setdefault(keys, set()).update(meant)
    for phrase, kinds in vocabulary.type_phrases.items():
        sold.setdefault(keys_of(phrase), set()).update(kind for kind in kinds if kind in types)
    for key, concept in words.types.items():
        for line in concept.lines:
            # A name that nothing else goes by: an iphone, not swift or galaxy.
            named = line.isascii() and line.isalpha() and not {stem(line), line} & ENGLISH
            if named and keys_of(line) not in sold:
                sold[keys_of(line)] = {kind for kind in words.narrower(key) if kind in types}
    _add_heads(sold, vocabulary, words)
    for keys, meant_kinds in sold.items():
        ordered = tuple(sorted(meant_kinds, key=lambda kind: (-types[kind], kind)))
        count = sum(types[kind] for kind in ordered)
        yield keys, Meaning(Kind.TYPE, CATEGORY, ordered, count, concept=concepts.get(keys, ""))


def _add_heads(sold: dict[Keys, set[str]], vocabulary: Vocabulary, words: Thesaurus) -> None:
    """A kind may be called by the last word of its name, where that word is no kind itself: a belt, a cutter."""
    heads: dict[str, set[str]] = {}
    for kind in vocabulary.types:
        keys = keys_of(kind)
        if len(keys) > 1 and not is_chinese(kind):
            heads.setdefault(keys[-1], set()).add(kind)
    for head, kinds in heads.items():
        mined = {kind for kind in kinds if kind not in words.types}  # the thesaurus knows its own hierarchy
        sold.setdefault((head,), set(kinds)).update(mined)


_LONGEST_VALUE = 4  # tokens of English; longer values are sentences, not words that somebody says
_LONGEST_VALUE_ZH = 8
_LONGEST_TEXT = 32  # characters
_SEVERAL = 1.2  # values a product
_REPEATED = 2  # a value that one product alone has is found by its words
_LETTERS = re.compile(r"[^\W\d_]{2}")
_AFFIXES = re.compile(r"^[最更太再]|(?:一点|一些|点|些|的)+$")
_ROWS_FOR_A_SLIP = 3_000  # so many titles may well have the same slip once
_TRUSTED_COVERAGE = 0.5  # of the products of a category, or of the shop
_ALIAS_SIGNS = "/／|()（）·"


class Lexicon:
    """Phrases and meanings of one shop, with the vocabulary behind them."""

    def __init__(self, vocabulary: Vocabulary, words: Thesaurus) -> None:
        self.vocabulary = vocabulary
        self.thesaurus = words
        self.book: PhraseBook[Meaning] = PhraseBook()
        self.measured = self._by_dimension()  # dimension -> attributes with numbers in such a unit
        self.spoken: set[str] = set()  # every key of a type's, a brand's or the thesaurus' phrase
        self.spellings: dict[tuple[str, int], list[tuple[str, int]]] = {}  # (first letter, length) -> words, counts
        self.titles: dict[str, list[str]] = {}  # key -> the words of the titles that have it

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Lexicon":
        """The lexicon of a catalogue."""
        lexicon = cls(vocabulary, thesaurus())
        for keys, meaning in kind_names(vocabulary, lexicon.thesaurus):
            lexicon.book.add_keys(keys, meaning)
        lexicon._add_brands()
        lexicon._add_attributes()
        lexicon._add_values()
        for word in vocabulary.words:
            lexicon.titles.setdefault(stem(word), []).append(word)
        lexicon._add_spellings()
        return lexicon

    @property
    def types(self) -> Mapping[str, int]:
        """The product types of the shop with their product counts."""
        return self.vocabulary.types

    def meanings(self, phrase: str, kind: Kind) -> tuple[Meaning, ...]:
        """What exactly this phrase can mean, of one kind."""
        return tuple(meaning for meaning in self.book.get(keys_of(phrase)) if meaning.kind is kind)

    def forms(self, word: str) -> tuple[str, ...]:
        """The word as the catalogue's titles write it, plural and singular; empty where no title has it."""
        written = self.titles.get(stem(word), ())
        return tuple(dict.fromkeys((word, *written))) if written else ()

    def several(self, attribute: str) -> bool:
        """Whether a product usually has more than one value of it: benefits, features."""
        profile = self.vocabulary.attributes.get(attribute)
        return profile is not None and sum(profile.values.values()) > _SEVERAL * profile.product_count

    def yes_no(self, attribute: str) -> bool:
        """Whether rows say yes or no to it."""
        profile = self.vocabulary.attributes.get(attribute)
        return profile is not None and profile.kind is AttributeKind.BOOL

    def accessory(self, category: Iterable[str]) -> bool:
        """Whether these kinds are all things for another thing: cases, cables, cartridges."""
        concepts = [self.thesaurus.types.get(key) for key in category]
        return bool(concepts) and all(concept is not None and concept.accessory for concept in concepts)

    def coverage(self, attribute: str, category: Iterable[str]) -> float:
        """Which share of the products of a category has the attribute; of the whole shop without a category."""
        profile = self.vocabulary.attributes.get(attribute)
        if profile is None:
            return 0.0
        types = [key for key in category if key in self.types]
        if not types:
            return profile.product_count / max(self.vocabulary.product_count, 1)
        have = sum(profile.by_type.get(key, 0) for key in types)
        return have / max(sum(self.types[key] for key in types), 1)

    def trusts(self, attribute: str, category: Iterable[str] = ()) -> bool:
        """Whether enough products keep the attribute; where fewer do, a word is looked for in the texts instead."""
        return self.coverage(attribute, category) >= _TRUSTED_COVERAGE

    def particular(self, attribute: str, category: Iterable[str]) -> str:
        """What people ask of these kinds that has the attribute's name: the length of a cable is its cable_length."""
        concepts = [self.thesaurus.types.get(key) for key in category]
        asked = (name for concept in concepts if concept for name in concept.ask)
        return next((name for name in asked if name.endswith(f"_{attribute}")), attribute)

    def _by_dimension(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, profile in self.vocabulary.attributes.items():
            unit = self.unit(name)
            if profile.kind is AttributeKind.NUMBER and unit in BY_SYMBOL:
                found.setdefault(BY_SYMBOL[unit].dimension, []).append(name)
        return found

    def unit(self, attribute: str) -> str:
        """The unit that the numbers of an attribute are kept in; a feed that names none can mean the only one there is
        of its kind (lumens). "" where it can't be told.
        """
        profile, concept = self.vocabulary.attributes.get(attribute), self.thesaurus.attributes.get(attribute)
        if profile is not None and profile.unit:
            return profile.unit
        usual = BY_SYMBOL.get(concept.unit or "") if concept else None
        alone = usual is not None and sum(unit.dimension == usual.dimension for unit in UNITS) == 1
        return usual.symbol if usual and alone else ""

    def _add_brands(self) -> None:
        for brand, count in self.vocabulary.brands.items():
            for name in _aliases(brand):
                self.book.add(name, Meaning(Kind.BRAND, BRAND, (brand,), count))
        for names in brand_names():
            self._add_known_brand(names)

    def _add_known_brand(self, names: tuple[str, ...]) -> None:
        """A brand known by several names: whatever it is called, the shop's own spelling is meant."""
        spellings = {spelling for name in names for spelling in _aliases(name)}
        found = {m for name in spellings for m in self.book.get(keys_of(name)) if m.kind is Kind.BRAND}
        for name in names:
            if not found and not cue_book().get(keys_of(name)):
                self.book.add(name, Meaning(Kind.BRAND, BRAND, (), 0, concept=names[0]))
            for meaning in sorted(found, key=lambda meaning: meaning.values):
                self.book.add(name, meaning)

    def _add_attributes(self) -> None:
        for key, concept in self.thesaurus.attributes.items():
            for phrases in concept.phrases.values():
                for phrase in phrases:
                    self.book.add(phrase, Meaning(Kind.ATTRIBUTE, key, count=self._count(key)))
            for kind, words in ((Kind.MORE, concept.more), (Kind.LESS, concept.less)):
                for language, phrases in words.items():
                    for phrase in phrases:
                        self._add_degree(kind, key, phrase, language)
        for name, profile in self.vocabulary.attributes.items():
            if name not in self.thesaurus.attributes:
                for phrase in {profile.label, name.replace("_", " ")}:
                    self.book.add(phrase, Meaning(Kind.ATTRIBUTE, name, count=profile.product_count))

    def _add_degree(self, kind: Kind, attribute: str, phrase: str, language: str) -> None:
        base = _AFFIXES.sub("", phrase)
        if language == "zh" and base != phrase and base:
            self.book.add(base, Meaning(kind, attribute, count=self._count(attribute)))
            self.book.add("最" + base, Meaning(kind, attribute, count=self._count(attribute), most=True))
        superlative = "最" in phrase or (language == "en" and phrase.endswith("est"))
        meaning = Meaning(kind, attribute, count=self._count(attribute), most=superlative)
        self.book.add(phrase, meaning)
        if superlative:
            return
        most = Meaning(kind, attribute, count=meaning.count, most=True)
        if language == "zh":
            self.book.add("最" + phrase, most)
        elif phrase.isalpha():
            self.book.add(_superlative(phrase), most)

    def _add_values(self) -> None:
        for (attribute, key), concept in self.thesaurus.values.items():
            profile = self.vocabulary.attributes.get(attribute)
            count = profile.values.get(key, 0) if profile else 0
            meaning = Meaning(Kind.VALUE, attribute, (key,), count, concept=key)
            for phrases in concept.phrases.values():
                for phrase in phrases:
                    self.book.add(phrase, meaning)
        for name, profile in self.vocabulary.attributes.items():
            if profile.kind is AttributeKind.TEXT:
                self._add_profile(name, profile)

    def _add_profile(self, name: str, profile: AttributeProfile) -> None:
        for value, count in profile.values.items():
            if len(value) > _LONGEST_TEXT or count < _REPEATED or not _LETTERS.search(value):
                continue
            keys = keys_of(value)
            longest = _LONGEST_VALUE_ZH if is_chinese(value) else _LONGEST_VALUE
            if 0 < len(keys) <= longest and _sayable(keys) and not self._says_more(keys):
                self.book.add_keys(keys, Meaning(Kind.VALUE, name, (value,), count))

    def _says_more(self, keys: tuple[str, ...]) -> bool:
        """A value such as "gaming mouse pad" is read as the kind that it names, "any brand" as what it says."""
        if all(cue_book().get((key,)) for key in keys):
            return True
        return any(m.kind is Kind.TYPE for start in range(len(keys)) for m in self.book.get(keys[start:]))

    def _add_spellings(self) -> None:
        counts: dict[str, int] = {}
        for keys, meanings in self.book.items():
            self.spoken.update(keys)
            weight = max(meaning.count for meaning in meanings) if len(keys) == 1 else 0
            for key in keys:
                counts[key] = max(counts.get(key, 0), weight)
        least = 1 + self.vocabulary.product_count // _ROWS_FOR_A_SLIP
        for word, count in self.vocabulary.words.items():
            if count >= least:
                counts[word] = max(counts.get(word, 0), count)
        for word, count in counts.items():
            if word.isascii() and word.isalpha() and count:
                self.spellings.setdefault((word[0], len(word)), []).append((word, count))

    def _count(self, attribute: str) -> int:
        profile = self.vocabulary.attributes.get(attribute)
        return profile.product_count if profile else 0


@functools.cache
def brand_names() -> tuple[tuple[str, ...], ...]:
    """Well-known brands, each by its names in both languages."""
    return tuple(tuple(names.split(", ")) for names in table("brands.toml").get("names", ()))


def _sayable(keys: tuple[str, ...]) -> bool:
    """Whether somebody would say it: a word of two letters at least, not a bare number or sign."""
    return any("\u3400" <= key[0] <= "\u9fff" or (len(key) > 1 and key[0].isalpha()) for key in keys)


def _aliases(brand: str) -> set[str]:
    """A brand and the names it is made of: "Lancome/兰蔻" is Lancome and 兰蔻."""
    table = str.maketrans(dict.fromkeys(_ALIAS_SIGNS, "\n"))
    parts = {part.strip() for part in brand.translate(table).split("\n")}
    joined = re.sub(r"[^\w]", "", brand)
    return {brand, *(part for part in parts if len(part) > 1), *([joined] if len(joined) > 2 else [])}


def _superlative(word: str) -> str:
    if word.endswith("y"):
        return word[:-1] + "iest"
    if word.endswith("e"):
        return word + "st"
    doubled = len(word) <= 4 and word[-1] in "bdgmnpt" and word[-2] in "aeiou" and word[-3] not in "aeiou"
    return word + (word[-1] if doubled else "") + "est"
