"""The shopper's words in the catalogue's language: 蓝牙音箱 finds bluetooth speakers, and the reverse."""

from dataclasses import dataclass

from daogou.shop.need import ShopperNeed
from daogou.shop.vocabulary import Vocabulary
from daogou.text.normalize import language_of, normalize
from daogou.text.thesaurus import Thesaurus, thesaurus
from daogou.text.words import cut

LONGEST_PHRASE = 8  # words, or Chinese characters


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What to search for: the words for the text index, the text for the encoders."""

    words: tuple[str, ...]
    text: str


def wording(need: ShopperNeed, vocabulary: Vocabulary) -> Wording:
    """The query, or the names of the category where there is none, in a language of the catalogue."""
    language = vocabulary.languages[0]
    query = normalize(need.query) or " ".join(_labels(need, language))
    if language_of(query, default=language) not in vocabulary.languages:
        translated = translate(query, language, thesaurus())
        query = " ".join(dict.fromkeys([translated, *_labels(need, language)])).strip() or query
    soft = " ".join(text for text in (need.purpose, need.recipient) if text and text not in query)
    text = f"{query} {soft}".strip()
    return Wording(words=tuple(dict.fromkeys(cut(text))), text=text)


def translate(text: str, language: str, words: Thesaurus) -> str:
    """The phrases that the thesaurus knows, longest first, in that language; what it does not know stays."""
    phrases = _phrases(words, language)
    pieces = list(text) if language_of(text) == "zh" else text.split()
    glue = "" if language_of(text) == "zh" else " "
    said: list[str] = []
    start = 0
    while start < len(pieces):
        for end in range(min(len(pieces), start + LONGEST_PHRASE), start, -1):
            label = phrases.get(glue.join(pieces[start:end]).casefold())
            if label:
                break
        said.append(f" {label} " if label else pieces[start])
        start = end if label else start + 1
    return " ".join((glue if glue else "").join(said).split())


def _labels(need: ShopperNeed, language: str) -> list[str]:
    return [thesaurus().type_label(key, language) for key in need.category]


def _phrases(words: Thesaurus, language: str) -> dict[str, str]:
    """Every phrase of another language -> its label in this one."""
    tables = (words.attributes, words.values, words.types)
    by_language = [concept.phrases for table in tables for concept in table.values()]
    return {
        phrase.casefold(): names[language][0]
        for names in by_language
        if names[language]
        for other, phrases in names.items()
        if other != language
        for phrase in phrases
    }
