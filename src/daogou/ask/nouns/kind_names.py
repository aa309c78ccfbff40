"""What the kinds of a shop are called: by their own names, by the thesaurus, by the last word of a name."""

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain

from daogou.ask.tokens.english import ENGLISH
from daogou.ask.tokens.phrases import Kind, Meaning, keys_of
from daogou.catalog.products.need import CATEGORY
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.text.thesaurus import Thesaurus
from daogou.text.words import stem

# Words before a kind that ask for something, though no attribute keeps it.
_QUALITIES = "gaming gps portable electric smart solar mini travel cordless rechargeable foldable 游戏 电竞 便携 便携式 智能 迷你 电动 折叠 充电"
_NAMING = ("colour", "flavour")  # values of these also make the names of kinds


def kind_names(vocabulary: Vocabulary, words: Thesaurus) -> Iterator[tuple[tuple[str, ...], Meaning]]:
    """Every name of a kind, cut into keys, with the product types that it means (none: the shop sells no such thing)."""
    return _KindNames(vocabulary, words).meanings()


class _KindNames:
    """The names while they are gathered."""

    def __init__(self, vocabulary: Vocabulary, words: Thesaurus) -> None:
        self.vocabulary = vocabulary
        self.types = vocabulary.types
        self.thesaurus = words
        self._properties = self._find_properties()

    def meanings(self) -> Iterator[tuple[tuple[str, ...], Meaning]]:
        """Each name once."""
        sold: dict[tuple[str, ...], set[str]] = {}
        for key in self.types:
            sold.setdefault(keys_of(key), set()).add(key)
        concepts = self._add_concepts(sold)
        for phrase, types in self.vocabulary.type_phrases.items():
            keys, meant = keys_of(phrase), [key for key in types if key in self.types]
            if not self._property_and_kind(keys, meant, sold):
                sold.setdefault(keys, set()).update(meant)
        for concept in self.thesaurus.types.values():
            meant = [kind for kind in self.thesaurus.narrower(concept.key) if kind in self.types]
            for line in concept.lines:
                if _names_a_thing(line) and keys_of(line) not in sold:
                    sold[keys_of(line)] = set(meant)
        _add_heads(sold, self.types, self.thesaurus.types)
        for keys, kinds in sold.items():
            ordered = tuple(sorted(kinds, key=lambda key: (-self.types[key], key)))
            count = sum(self.types[key] for key in ordered)
            yield keys, Meaning(Kind.TYPE, CATEGORY, ordered, count, concept=concepts.get(keys, ""))

    def _add_concepts(self, sold: dict[tuple[str, ...], set[str]]) -> dict[tuple[str, ...], str]:
        """The thesaurus' kinds, sold or not; an alias that is a kind with a property ("bluetooth headphones") is left
        to be read as both.
        """
        concepts: dict[tuple[str, ...], str] = {}
        aliases: list[tuple[tuple[str, ...], list[str]]] = []
        for key, concept in self.thesaurus.types.items():
            meant = [kind for kind in self.thesaurus.narrower(key) if kind in self.types]
            for phrase in (key, *chain.from_iterable(concept.phrases.values())):
                keys = keys_of(phrase)
                concepts.setdefault(keys, key)
                if phrase == key:
                    sold.setdefault(keys, set()).update(meant)
                else:
                    aliases.append((keys, meant))
        for keys, meant in sorted(aliases, key=lambda alias: len(alias[0])):
            if not self._property_and_kind(keys, meant, sold):
                sold.setdefault(keys, set()).update(meant)
        return concepts

    def _property_and_kind(
        self, keys: tuple[str, ...], meant: list[str], sold: Mapping[tuple[str, ...], set[str]]
    ) -> bool:
        return any(
            keys[:length] in self._properties and set(meant) == sold.get(keys[length:]) and keys not in sold
            for length in range(1, len(keys))
        )

    def _find_properties(self) -> set[tuple[str, ...]]:
        """Everything the thesaurus knows a property by, except what also names kinds (black tea, 红茶)."""
        found = {
            keys_of(phrase)
            for (attribute, _), concept in self.thesaurus.values.items()
            if attribute not in _NAMING
            for phrases in concept.phrases.values()
            for phrase in phrases
        }
        found |= {keys_of(word) for word in _QUALITIES.split()}
        for concept in self.thesaurus.attributes.values():
            if concept.kind == "bool":
                found |= {keys_of(phrase) for phrases in concept.phrases.values() for phrase in phrases}
        return found


def _add_heads(sold: dict[tuple[str, ...], set[str]], types: Iterable[str], known: Container[str]) -> None:
    """A kind may be called by the last word of its name, where that word is no kind itself: a belt, a cutter."""
    heads: dict[str, set[str]] = {}
    for key in types:
        keys = keys_of(key)
        if len(keys) > 1 and not _han(keys):
            heads.setdefault(keys[-1], set()).add(key)
    for head, kinds in heads.items():
        mined = {kind for kind in kinds if kind not in known}  # the thesaurus knows its own hierarchy
        sold.setdefault((head,), set(kinds)).update(mined)


def _names_a_thing(line: str) -> bool:
    """Whether a product line is a name that nothing else goes by: an iphone, not swift or galaxy."""
    return line.isascii() and line.isalpha() and stem(line) not in ENGLISH and line not in ENGLISH


def _han(keys: tuple[str, ...]) -> bool:
    return any("\u3400" <= key[0] <= "\u9fff" for key in keys)
