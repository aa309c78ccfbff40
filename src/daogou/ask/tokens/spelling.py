"""Slips of the finger: a word that neither the shop nor English knows, next to one that the shop knows."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, chunk
from daogou.ask.tokens.phrases import ENGLISH, Kind
from daogou.ask.tokens.tokens import Token
from daogou.catalog.products.need import Notice
from daogou.text.words import stem

_SHORTEST = 4  # letters; shorter words have too many neighbours
_SHORT = 5  # up to here another letter makes another word: only a missing, a doubled or a swapped one counts
_LONG = 8  # letters from which two slips are allowed
_ENDINGS = ("ing", "est", "ed", "er", "ly", "es", "s")


def corrected(
    chunks: list[Chunk], tokens: Sequence[Token], lexicon: Lexicon, known: Callable[[str], bool] = lambda word: False
) -> tuple[list[Chunk], tuple[Notice, ...]]:
    """The chunks with misspelt words put right, and a notice for each; a word that the catalogue has (`known`) is right."""
    repaired = list(tokens)
    notices: list[Notice] = []
    for place, one in enumerate(chunks):
        if glued := _glued(chunks, place, lexicon):
            repaired = _replace(repaired, tokens[one.start], glued)
            repaired.remove(tokens[chunks[place + 1].start])
        elif one.word and (better := nearest(one.text, lexicon)) and not known(one.text):
            repaired = _replace(repaired, tokens[one.start], better)
            notices.append(Notice(code="corrected", params={"said": one.text, "read": better}))
    return (chunk(repaired, lexicon), tuple(notices)) if repaired != list(tokens) else (chunks, ())


def nearest(word: str, lexicon: Lexicon) -> str:
    """The word of the shop that was most likely meant; "" where the word may well be right."""
    if not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST:
        return ""
    if stem(word) in lexicon.titles or stem(word) in lexicon.spoken or _english(word):
        return ""
    allowed = 2 if len(word) >= _LONG else 1
    near = [
        (distance, -count, candidate)
        for length in range(len(word) - allowed, len(word) + allowed + 1)
        for candidate, count in lexicon.spellings.get((word[0], length), ())
        if (distance := OSA.distance(word, candidate, score_cutoff=allowed)) <= allowed and _slip(word, candidate)
    ]
    return min(near, default=(0, 0, ""))[2]


def _english(word: str) -> bool:
    """Whether it is an everyday word in any of its forms: changed, hiking, bananas."""
    ending = next((ending for ending in _ENDINGS if word.endswith(ending)), "")
    base = word.removesuffix(ending)
    doubled = base[:-1] if base[-2:-1] == base[-1:] else base
    return bool({word, stem(word), base, base + "e", doubled} & ENGLISH)


def _slip(word: str, candidate: str) -> bool:
    swapped = sorted(word) == sorted(candidate)
    return len(word) > _SHORT or swapped or (len(word) == _SHORT and len(word) != len(candidate))


def _glued(chunks: Sequence[Chunk], place: int, lexicon: Lexicon) -> str:
    """Two words that name a kind when written as one: head set, lap top."""
    pair = chunks[place : place + 2]
    if len(pair) < 2 or any(
        one.end - one.start > 1 or not one.text.isascii() or not one.text.isalpha() for one in pair
    ):
        return ""
    joined = pair[0].text + pair[1].text
    named = lexicon.meanings(joined, Kind.TYPE) or lexicon.meanings(joined, Kind.BRAND)
    return joined if named and not pair[0].cues else ""


def _replace(tokens: Sequence[Token], old: Token, text: str) -> list[Token]:
    return [replace(token, text=text, key=stem(text)) if token is old or token == old else token for token in tokens]
