"""What the words of a message can mean in this shop: the catalogue's own words and the thesaurus, as one phrase book."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from daogou.ask.phrases import PhraseBook, keys_of
from daogou.shop.need import BRAND
from daogou.shop.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import Thesaurus, thesaurus
from daogou.text.words import stem

_LONGEST_VALUE = 4  # tokens of English; longer values are sentences, not words that somebody says
_LONGEST_VALUE_ZH = 8
_WELL_KNOWN = 3  # titles; a rarer word may be a slip itself
_ALIAS_SIGNS = "/／|()（）·"


class Kind(Enum):
    """What a phrase names."""

    TYPE = auto()
    BRAND = auto()
    VALUE = auto()
    ATTRIBUTE = auto()
    MORE = auto()  # an adjective that asks for more of an attribute: big, 重
    LESS = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase can mean; `values` are product types, brands or attribute values, any of them.

    `count` is how many products bear it out (0: the shop has none of it), `most` says that it is a superlative.
    """

    kind: Kind
    attribute: str = ""
    values: tuple[str, ...] = ()
    count: int = 0
    most: bool = False
    concept: str = ""  # the thesaurus' key, where it stands there


class Lexicon:
    """Phrases and meanings of one shop, with the vocabulary behind them."""

    def __init__(self, vocabulary: Vocabulary, words: Thesaurus) -> None:
        self.vocabulary = vocabulary
        self.thesaurus = words
        self.book: PhraseBook[Meaning] = PhraseBook()
        self.heads: dict[str, set[str]] = {}  # last key of a type's name -> product types
        self.spoken: set[str] = set()  # every key of a type's, a brand's or the thesaurus' phrase
        self.spellings: dict[tuple[str, int], list[tuple[str, int]]] = {}  # (first letter, length) -> words, counts
        self.titles: dict[str, list[str]] = {}  # key -> the words of the titles that have it

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Lexicon":
        """The lexicon of a catalogue."""
        lexicon = cls(vocabulary, thesaurus())
        lexicon._add_types()
        lexicon._add_brands()
        lexicon._add_attributes()
        lexicon._add_values()
        lexicon._add_titles()
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

    def _add_types(self) -> None:
        sold: dict[tuple[str, ...], set[str]] = {}
        for key in self.types:
            sold.setdefault(keys_of(key), set()).add(key)
        for phrase, types in self.vocabulary.type_phrases.items():
            sold.setdefault(keys_of(phrase), set()).update(key for key in types if key in self.types)
        concepts: dict[tuple[str, ...], str] = {}
        for key, concept in self.thesaurus.types.items():
            meant = [kind for kind in self.thesaurus.narrower(key) if kind in self.types]
            for phrase in (key, *concept.phrases.get("en", ()), *concept.phrases.get("zh", ())):
                sold.setdefault(keys_of(phrase), set()).update(meant)
                concepts.setdefault(keys_of(phrase), key)
        self._add_heads(sold, concepts)

    def _add_heads(self, sold: dict[tuple[str, ...], set[str]], concepts: dict[tuple[str, ...], str]) -> None:
        for keys, types in sold.items():
            if keys and not _han(keys):
                self.heads.setdefault(keys[-1], set()).update(types)
        for head, types in self.heads.items():
            if (head,) not in sold:
                sold[(head,)] = set(types)
        for keys, types in sold.items():
            ordered = tuple(sorted(types, key=lambda key: (-self.types[key], key)))
            count = sum(self.types[key] for key in ordered)
            self.book.add_keys(keys, Meaning(Kind.TYPE, "category", ordered, count, concept=concepts.get(keys, "")))

    def _add_brands(self) -> None:
        for brand, count in self.vocabulary.brands.items():
            for name in _aliases(brand):
                self.book.add(name, Meaning(Kind.BRAND, BRAND, (brand,), count))

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
        superlative = phrase.startswith("最") or (language == "en" and phrase.endswith("est"))
        meaning = Meaning(kind, attribute, count=self._count(attribute), most=superlative)
        self.book.add(phrase, meaning)
        if superlative:
            return
        most = Meaning(kind, attribute, count=meaning.count, most=True)
        if language == "zh":
            self.book.add("最" + phrase, most)
        elif phrase.isalpha():
            self.book.add(_superlative(phrase), most)
            self.book.add(_superlative(phrase)[:-2] + "r", meaning)

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
            keys = keys_of(value)
            longest = _LONGEST_VALUE_ZH if is_chinese(value) else _LONGEST_VALUE
            if 0 < len(keys) <= longest and any(key.isalpha() and len(key) > (not _han((key,))) for key in keys):
                self.book.add_keys(keys, Meaning(Kind.VALUE, name, (value,), count))

    def _add_titles(self) -> None:
        for word in self.vocabulary.words:
            self.titles.setdefault(stem(word), []).append(word)

    def _add_spellings(self) -> None:
        counts: dict[str, int] = {}
        for keys, meanings in self.book.items():
            self.spoken.update(keys)
            weight = max(meaning.count for meaning in meanings) if len(keys) == 1 else 0
            for key in keys:
                counts[key] = max(counts.get(key, 0), weight)
        for word, count in self.vocabulary.words.items():
            if count >= _WELL_KNOWN:
                counts[word] = max(counts.get(word, 0), count)
        for word, count in counts.items():
            if word.isascii() and word.isalpha() and count:
                self.spellings.setdefault((word[0], len(word)), []).append((word, count))

    def _count(self, attribute: str) -> int:
        profile = self.vocabulary.attributes.get(attribute)
        return profile.product_count if profile else 0


def _aliases(brand: str) -> set[str]:
    """A brand and the names it is made of: "Lancome/兰蔻" is Lancome and 兰蔻."""
    table = str.maketrans({sign: "\n" for sign in _ALIAS_SIGNS})
    parts = {part.strip() for part in brand.translate(table).split("\n")}
    return {brand, *(part for part in parts if len(part) > 1)}


def _superlative(word: str) -> str:
    if word.endswith("y"):
        return word[:-1] + "iest"
    if word.endswith("e"):
        return word + "st"
    doubled = len(word) <= 4 and word[-1] in "bdgmnpt" and word[-2] in "aeiou" and word[-3] not in "aeiou"
    return word + (word[-1] if doubled else "") + "est"


def _han(keys: tuple[str, ...]) -> bool:
    return any("\u3400" <= key[0] <= "\u9fff" for key in keys)
