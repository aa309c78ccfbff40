"""What the kinds of a shop are called: by their own names, by the thesaurus, by the last word of a name."""

from collections.abc import Iterator
from itertools import chain

from daogou.ask.tokens.phrases import ENGLISH, Kind, Meaning, keys_of
from daogou.catalog.products.need import CATEGORY
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import Thesaurus
from daogou.text.words import stem

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
            if _names_a_thing(line) and keys_of(line) not in sold:
                sold[keys_of(line)] = {kind for kind in words.narrower(key) if kind in types}
    _add_heads(sold, vocabulary, words)
    for keys, named in sold.items():
        ordered = tuple(sorted(named, key=lambda kind: (-types[kind], kind)))
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


def _names_a_thing(line: str) -> bool:
    """Whether a product line is a name that nothing else goes by: an iphone, not swift or galaxy."""
    return line.isascii() and line.isalpha() and stem(line) not in ENGLISH and line not in ENGLISH
