"""A message as chunks: the longest cue, catalogue phrase or amount that stands at each place, and single words."""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rapidfuzz.distance import OSA

from daogou.ask.lexicon import Lexicon
from daogou.ask.quantities.amounts import Amount, read_amount
from daogou.ask.tokens.phrases import ENGLISH, Cue, Kind, Meaning, Token, cue_book
from daogou.catalog.products.need import Notice
from daogou.text.words import segment, stem

# We've, should've, he's, ive: no names of anything.
_CLITIC = re.compile(
    r"[a-z]+'(?:ve|d|ll|re|m|em)|(?:he|she|it|that|there|who|what|let|here)'s|(?:i|we|you|they)ve|s?hes"
)
_LABEL = re.compile(r"([a-z]{2,})(\d+)")
_PREFIXES = frozenset("太更最很不非无要那")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the message and everything it can mean; `start` and `end` count tokens."""

    start: int
    end: int
    text: str
    cues: tuple[Cue, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    amount: Amount | None = None

    def has(self, *cues: Cue) -> bool:
        """Whether it is one of these cues."""
        return any(cue in self.cues for cue in cues)

    def means(self, *kinds: Kind) -> tuple[Meaning, ...]:
        """Its meanings of these kinds."""
        return tuple(meaning for meaning in self.meanings if meaning.kind in kinds)

    @property
    def word(self) -> bool:
        """Whether nothing is known of it."""
        return not self.cues and not self.meanings and self.amount is None

    @property
    def names(self) -> bool:
        """Whether it names something: a word, or a phrase of the shop that is no small word."""
        unknown = self.word and self.text[0].isalnum()
        return unknown or (bool(self.meanings) and not self.has(Cue.FILLER, Cue.STOP))


def spoken(chunks: Iterable[Chunk]) -> str:
    """The chunks as the shopper said them."""
    return joined([chunk.text for chunk in chunks])


def joined(words: Sequence[str]) -> str:
    """As one text: Chinese has no spaces."""
    return " ".join(words) if all(word.isascii() for word in words) else "".join(words)


def without(chunks: Sequence[Chunk], hidden: Container[int]) -> list[Chunk]:
    """The chunks with some made empty, so that places stay what they are."""
    return [
        Chunk(chunk.start, chunk.end, chunk.text, (Cue.FILLER,)) if place in hidden else chunk
        for place, chunk in enumerate(chunks)
    ]


def chunk(tokens: Sequence[Token], lexicon: Lexicon) -> list[Chunk]:
    """The whole message, cut."""
    tokens = _labels_apart(tokens, lexicon)
    edges = _edges(tokens)
    chunks: list[Chunk] = []
    place = 0
    while place < len(tokens):
        found = _longest(tokens, place, lexicon, edges)
        if chunks and chunks[-1].amount and found.has(Cue.AT_MOST_AFTER, Cue.AT_LEAST_AFTER):
            found = replace(found, meanings=())  # 300 tops: no garments
        chunks.append(found)
        place = found.end
    return chunks


def _labels_apart(tokens: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """Read spf50 as spf 50, where the letters are an attribute's name."""
    found: list[Token] = []
    for token in tokens:
        label = _LABEL.fullmatch(token.text) if not token.number else None
        if label and any(meaning.kind is Kind.ATTRIBUTE for meaning in lexicon.book.get((label[1],))):
            middle = token.start + len(label[1])
            found += [
                Token(label[1], label[1], token.start, middle),
                Token(label[2], label[2], middle, token.end, True),
            ]
        else:
            found.append(token)
    return found


def _longest(tokens: Sequence[Token], place: int, lexicon: Lexicon, edges: set[int]) -> Chunk:
    cue_length, cues = cue_book().longest(tokens, place)
    length, meanings = lexicon.book.longest(tokens, place)
    if cue_length == 1 and not _whole(tokens, place, 1, edges) and not _prefixes(tokens, place, lexicon, edges):
        cue_length, cues = 0, ()
    if length == 1 and not _whole(tokens, place, 1, edges):
        length, meanings = 0, ()
    amount = read_amount(tokens, place, lexicon.vocabulary.currency)
    if amount and amount.length == 1 and not _whole(tokens, place, 1, edges):
        amount = None  # the 五 of 五粮液
    if amount and amount.length >= max(length, cue_length):
        return _chunk(tokens, place, amount.length, amount=amount)
    most = max(length, cue_length)
    if most == 0 and _CLITIC.fullmatch(tokens[place].text):
        return _chunk(tokens, place, 1, cues=(Cue.FILLER,))
    if most == 0:
        return _chunk(tokens, place, _word_length(tokens, place, lexicon, edges))
    return _chunk(
        tokens,
        place,
        most,
        cues=cues if cue_length == most else (),
        meanings=meanings if length == most else (),
    )


def _prefixes(tokens: Sequence[Token], place: int, lexicon: Lexicon, edges: set[int]) -> bool:
    """Whether 太, 更, 不 ... stands before a phrase of the shop that jieba made one word with it: 太重, 非黑色."""
    if tokens[place].text not in _PREFIXES or place not in edges or place + 1 >= len(tokens):
        return False
    length = max(lexicon.book.longest(tokens, place + 1)[0], cue_book().longest(tokens, place + 1)[0])
    return length > 0 and place + 1 + length in edges


def _word_length(tokens: Sequence[Token], place: int, lexicon: Lexicon, edges: set[int]) -> int:
    """An unknown Chinese word reaches to where jieba ends it, or to the next phrase of the shop."""
    length = 1
    if tokens[place].han:
        while place + length < len(tokens) and tokens[place + length].han and place + length not in edges:
            if lexicon.book.longest(tokens, place + length)[0] > 1:
                break
            length += 1
    return length


def _chunk(
    tokens: Sequence[Token],
    start: int,
    length: int,
    *,
    cues: tuple[Cue, ...] = (),
    meanings: tuple[Meaning, ...] = (),
    amount: Amount | None = None,
) -> Chunk:
    return Chunk(start, start + length, text_of(tokens[start : start + length]), cues, meanings, amount)


def text_of(tokens: Sequence[Token]) -> str:
    """Tokens as a text again, with a space where one stood."""
    parts: list[str] = []
    for index, token in enumerate(tokens):
        parts += [" " if index and token.start > tokens[index - 1].end else "", token.text]
    return "".join(parts)


def _whole(tokens: Sequence[Token], place: int, length: int, edges: set[int]) -> bool:
    return not tokens[place].han or (place in edges and place + length in edges)


def _edges(tokens: Sequence[Token]) -> set[int]:
    """The places between tokens where no Chinese word is cut in two."""
    edges = {0, len(tokens)}
    run = ""
    for place, token in enumerate([*tokens, None]):
        if token is not None and token.han and (not run or tokens[place - 1].end == token.start):
            run += token.text
            continue
        start = place - len(run)
        edges |= {start, *accumulate(map(len, segment(run)), initial=start)} if run else set()
        run = token.text if token is not None and token.han else ""
        edges.add(place)
    return edges


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
        if (distance := OSA.distance(word, candidate, score_cutoff=allowed)) <= allowed
        if len(word) > _SHORT or sorted(word) == sorted(candidate) or len(candidate) != len(word) == _SHORT
    ]
    return min(near, default=(0, 0, ""))[2]


def _english(word: str) -> bool:
    """Whether it is an everyday word in any of its forms: changed, hiking, bananas."""
    ending = next((ending for ending in _ENDINGS if word.endswith(ending)), "")
    base = word.removesuffix(ending)
    doubled = base[:-1] if base[-2:-1] == base[-1:] else base
    return bool({word, stem(word), base, base + "e", doubled} & ENGLISH)


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
