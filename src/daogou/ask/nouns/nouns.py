"""What is asked for: the head of each noun with what stands before and after it, all of its names, and the words that no phrase explains."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.phrases import Cue, Kind, keys_of
from daogou.ask.wishes.values import FEELINGS, in_text
from daogou.catalog.products.need import Constraint, Notice, Operator, Strength
from daogou.text.thesaurus import called_otherwise
from daogou.text.words import cut, is_chinese, stem

_FEW_TITLES, _FEW_SHARE = 2, 0.005
_MOST_TITLES = 0.8  # a word in nearly every title of a kind is the kind's name
_SUFFIX_WORDS = (
    "free based proof friendly resistant style like shaped themed inspired scented flavored flavoured flavor"
    " flavour colored coloured print printed powered washable mounted safe 味 风 色 型 式 状"
)
_SUFFIXES = frozenset(_SUFFIX_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class Nouns:
    """The kinds that were asked for; all but `category` and `unsold` are places of chunks.

    `modifiers` are kinds that only describe the head: the laptop of "laptop stand", of "stand for a laptop".
    """

    category: tuple[str, ...] = ()
    heads: tuple[int, ...] = ()
    modifiers: tuple[int, ...] = ()
    complements: tuple[int, ...] = ()  # named after "with" or "for" without being part of the head's name
    unsold: tuple[str, ...] = ()
    excluded: tuple[int, ...] = ()  # kinds that are turned down
    used: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class _Noun:
    """One noun: its head, the kinds before it, the kinds after "for" and "with"."""

    head: int
    modifiers: tuple[int, ...]
    complements: tuple[int, ...] = ()
    asked: bool
    opened: bool = False  # it stands after a verb like 有, which is no "with" then

    def types(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[str, ...]:
        """The product types it names: of the head, narrowed to those that what describes it names as well."""
        kinds = types_of(chunks[self.head]) or broader_kinds(chunks[self.head], lexicon)
        for place in (*self.modifiers, *self.complements):
            kinds = _common(kinds, chunks[place]) or kinds
        return kinds

    def loose(self, places: Sequence[int], chunks: Sequence[Chunk]) -> tuple[int, ...]:
        """Those of these places that the product types do not carry already."""
        return tuple(place for place in places if not _common(types_of(chunks[self.head]), chunks[place]))

    def text(self, chunks: Sequence[Chunk]) -> str:
        """The head with the kinds before it, as it was said."""
        start = self.head
        while start - 1 in self.modifiers:
            start -= 1
        return spoken(chunks[start : self.head + 1])


def nouns(chunks: Sequence[Chunk], negated: frozenset[int], lexicon: Lexicon, *, first: bool = True) -> Nouns:
    """The kinds of things in a message; `first` says that nothing was asked for before."""
    chunks = [
        replace(chunk, meanings=tuple(one for one in chunk.meanings if one.kind is not Kind.TYPE))
        if not first and _property(chunks, place)
        else chunk
        for place, chunk in enumerate(chunks)
    ]
    clauses: list[list[int]] = [[]]  # without what is turned down
    for place, chunk in enumerate(chunks):
        if chunk.has(Cue.STOP, Cue.BUT) and not chunk.meanings:
            clauses.append([])
        elif place not in negated:
            clauses[-1].append(place)
    found = [noun for clause in clauses for noun in _nouns(clause, chunks)]
    wanted = [noun for noun in found if noun.asked] or found
    refused = [place for place in sorted(negated) if _is_type(chunks, place)]
    return Nouns(
        category=tuple(dict.fromkeys(kind for noun in wanted for kind in noun.types(chunks, lexicon))),
        heads=tuple(noun.head for noun in wanted),
        modifiers=tuple(place for noun in wanted for place in noun.loose(noun.modifiers, chunks)),
        complements=tuple(place for noun in wanted for place in noun.loose(noun.complements, chunks)),
        unsold=tuple(noun.text(chunks) for noun in wanted if _unsold(noun, chunks, lexicon)),
        excluded=tuple(place for place in refused if not chunks[place].means(Kind.VALUE, Kind.ATTRIBUTE)),
        used=frozenset(place for noun in found for place in (noun.head, *noun.modifiers, *noun.complements)),
    )


def _unsold(noun: _Noun, chunks: Sequence[Chunk], lexicon: Lexicon) -> bool:
    """Whether the shop has no such kind; where many titles have the word it must sell it, whatever kinds were made of them."""
    chunk, vocabulary = chunks[noun.head], lexicon.vocabulary
    spoken = ("zh" if is_chinese(chunk.text) else "en") in vocabulary.languages
    names = {chunk.text} if spoken else {chunk.text, *_every_name(chunk, lexicon)}
    forms = {form for name in names for form in lexicon.forms(name)}
    titles = sum(vocabulary.words.get(form, 0) for form in forms)
    return not noun.types(chunks, lexicon) and titles <= max(_FEW_TITLES, vocabulary.product_count * _FEW_SHARE)


def _property(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a name that is a kind and a property is meant as a property, once the talk is about something."""
    chunk, following = chunks[place], chunks[place + 1 : place + 2]
    if any(one.means(Kind.MORE, Kind.LESS) for one in (chunk, *following)):
        return True
    opener = next((one for one in reversed(chunks[:place]) if one.has(Cue.WANT, Cue.SELL, Cue.STOP)), None)
    return bool(chunk.means(Kind.ATTRIBUTE)) and (opener is None or opener.has(Cue.STOP))


def _nouns(clause: Sequence[int], chunks: Sequence[Chunk]) -> Iterator[_Noun]:
    """The nouns of a clause, in order."""
    asked = any(chunks[place].has(Cue.WANT, Cue.SELL) for place in clause)
    last: _Noun | None = None
    run: list[int] = []
    after: list[int] = []
    complement = False
    for place in [*clause, None]:
        chunk = chunks[place] if place is not None else None
        if chunk is None or (chunk.has(Cue.OR, Cue.AND) and not chunk.meanings):
            noun = last
            if run:
                noun = _Noun(head=run[-1], modifiers=tuple(run[:-1]), complements=tuple(after), asked=asked)
            elif after and last:
                last = noun = replace(last, complements=(*last.complements, *after))
            elif after and not any(chunks[p].word and chunks[p].text.isalpha() for p in clause if p < after[0]):
                noun = _Noun(head=after[-1], modifiers=tuple(after[:-1]), asked=asked, opened=True)
            if last is not None and noun is not last:
                yield last
            last = noun
            run, after, complement = [], [], complement and last is not None and not last.opened
        elif place is not None and _is_type(chunks, place):
            (after if complement else run).append(place)
        elif chunk.has(Cue.FOR, Cue.WITH) and not chunk.meanings:
            complement = True
        elif chunk.has(Cue.FOR_AFTER) or (chunk.has(Cue.OF) and chunk.text == "的"):
            run, after, complement = [*after, *run], [], False
    if last is not None:
        yield last


def _is_type(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a chunk is meant as a kind of thing here, and not as a brand, a value or an adjective of that name."""
    chunk, kinds = chunks[place], chunks[place].means(Kind.TYPE)
    following = chunks[place + 1].text if place + 1 < len(chunks) else ""
    if not kinds or (chunk.cues and not chunk.has(Cue.GIFT, Cue.PERSON, Cue.SUBJECTIVE, Cue.WANT, Cue.PRICE)):
        return False
    if following in ("me", "us") and all(before.has(Cue.FILLER) for before in chunks[:place]):
        return False  # an order that somebody do something: book me a flight
    if (chunk.has(Cue.GIFT) and kinds[0].count == 0) or following in _SUFFIXES:
        return False  # whatever is given may be one; plant based, oil free
    if not chunk.means(Kind.BRAND, Kind.VALUE, Kind.MORE, Kind.LESS):
        return True
    if kinds[0].count == 0 or (following == "的" and chunk.means(Kind.VALUE)):
        return False  # 有没有祛痘的 asks for a property
    return kinds[0].count >= max((meaning.count for meaning in chunk.means(Kind.BRAND)), default=0)


def types_of(chunk: Chunk) -> tuple[str, ...]:
    """The product types that a chunk names."""
    return tuple(dict.fromkeys(key for meaning in chunk.means(Kind.TYPE) for key in meaning.values))


def _common(kinds: tuple[str, ...], modifier: Chunk) -> tuple[str, ...]:
    """The head's kinds that the modifier names as well."""
    return tuple(kind for kind in kinds if kind in types_of(modifier))


def names_of(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """Every name of the kind that a chunk means, in both languages; its own words first."""
    return tuple(dict.fromkeys((chunk.text, *_every_name(chunk, lexicon, sold=True))))


def _every_name(chunk: Chunk, lexicon: Lexicon, *, sold: bool = False) -> Iterator[str]:
    """The thesaurus' names of the kinds that a chunk means, or of those that the shop has."""
    for meaning in chunk.means(Kind.TYPE):
        if meaning.concept and (meaning.count or not sold):
            for phrases in lexicon.thesaurus.types[meaning.concept].phrases.values():
                yield from phrases


def product_line(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A name that the catalogue files under one kind, and that says more: an iPhone is not just any phone."""
    meaning, forms = chunk.means(Kind.TYPE)[0], lexicon.forms(chunk.text)
    named = any(chunk.text in value.split() for value in meaning.values)
    if meaning.concept in lexicon.thesaurus.types or named or len(meaning.values) != 1 or chunk.end - chunk.start > 1:
        return []
    titles = sum(lexicon.vocabulary.words.get(form, 0) for form in forms)
    telling = chunk.text.isascii() and 0 < titles < _MOST_TITLES * meaning.count
    return [in_text(forms, Operator.IS, chunk.text)] if telling else []


def unfiled(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A kind that no product was filed under, though titles speak of it: its words are asked for instead."""
    if types_of(chunk):
        return []
    broader = [lexicon.thesaurus.types[m.concept].broader for m in chunk.means(Kind.TYPE) if m.concept]
    shared = {key for name in broader for key in keys_of(name)}  # the words of what it is a kind of
    own = [key for key in keys_of(chunk.text) if key not in shared] if chunk.text.isascii() else []
    forms = [lexicon.forms(word) for word in own or [chunk.text]]
    return [in_text(form, Operator.IS, chunk.text) for form in forms] if all(forms) else []


def broader_kinds(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """The kinds that one which no product was filed under belongs to, where titles have its own words: hats, for a straw hat."""
    concepts = [m.concept for m in chunk.means(Kind.TYPE) if m.concept and not m.values]
    broader = lexicon.thesaurus.types[concepts[0]].broader if concepts and unfiled(chunk, lexicon) else ""
    while broader:
        if kinds := tuple(kind for kind in lexicon.thesaurus.narrower(broader) if kind in lexicon.types):
            return kinds
        broader = lexicon.thesaurus.types[broader].broader
    return ()


LONGEST = 3  # words of a noun that are said back
_NAMES = 12  # of one thing
_SHORTEST = 3  # letters of an English noun
_SOMETHING = ("something", "anything", "sth", "smth", "有什么", "什么", "东西")
_TO_DO = ("to", "that", "which", "可以", "能", "用来")
_WEAK = ("要", "想", "需要", "need", "i need", "想要", "想要的")  # amid a talk these ask for properties as well


def noun_names(
    chunks: Sequence[Chunk], kinds: Nouns, words: Sequence[int], negated: Collection[int], lexicon: Lexicon
) -> tuple[str, ...]:
    """All names of what is asked for, the shopper's first: the kind with what stands before it, else the noun that the
    unknown words make; then the kind's in both languages, and what the shop's titles call it.
    """
    known: list[str] = []
    if kinds.heads:
        head = start = kinds.heads[0]
        while start > 0 and head - start < LONGEST - 1 and start - 1 not in negated and _describes(chunks[start - 1]):
            start -= 1
        run = list(range(start, head + 1))
        concepts = [lexicon.thesaurus.types[m.concept] for m in chunks[head].means(Kind.TYPE) if m.concept]
        known = [name for one in concepts for names in one.phrases.values() for name in names[: _NAMES // 2]]
    else:
        run = noun_run(chunks, [place for place in words if place not in negated])[-LONGEST:]
    if not run:
        return ()
    said = spoken(chunks[place] for place in run)
    others = called_otherwise(said, lexicon.vocabulary.other_names)
    return tuple(dict.fromkeys((said, chunks[run[-1]].text, *known, *others)))[:_NAMES]


def _describes(chunk: Chunk) -> bool:
    named = chunk.text[:1].isalpha() and not chunk.means(Kind.BRAND, Kind.MORE, Kind.LESS)
    return named and not chunk.cues and not chunk.amount


def unnamed(chunks: Sequence[Chunk]) -> bool:
    """Whether it stays open what is asked for: something to spread on toast names toast, and does not ask for it."""
    said = next((place for place, chunk in enumerate(chunks) if chunk.text in _SOMETHING), len(chunks))
    return any(one.text in _TO_DO or one.has(Cue.FOR, Cue.FOR_AFTER) for one in chunks[said + 1 :])


def noun_run(chunks: Sequence[Chunk], words: Sequence[int]) -> list[int]:
    """The noun that the first unknown word belongs to: everything named around it, up to "for", "with" or a comma."""
    if not words:
        return []
    start = end = words[0]
    while start > 0 and chunks[start - 1].names:
        start -= 1
    while end + 1 < len(chunks) and chunks[end + 1].names:
        end += 1
    return list(range(start, end + 1))


def unsold_words(
    chunks: Sequence[Chunk], words: Sequence[int], negated: Collection[int], lexicon: Lexicon, *, asked: bool
) -> tuple[str, ...]:
    """The noun that was asked for, in the shopper's words, where it is no kind of the shop and in no title.

    `asked` says that a wish is expected anyway, so that even a bare noun asks for something.
    """
    wants = asked or any(chunk.has(Cue.SELL) or (chunk.has(Cue.WANT) and chunk.text not in _WEAK) for chunk in chunks)
    run = noun_run(chunks, [place for place in words if place not in negated]) if wants else []
    if run and _service(chunks):
        return (spoken(chunks[place] for place in run[-LONGEST:]),)
    head = chunks[run[-1]] if run else None
    if head is None or not head.word or any(map(str.isdigit, head.text)) or known_forms(head.text, lexicon):
        return ()
    long = len(head.text) >= _SHORTEST or not head.text.isascii()
    return (spoken(chunks[place] for place in run[-LONGEST:]),) if long else ()


def _service(chunks: Sequence[Chunk]) -> bool:
    """Whether somebody shall arrange something instead of selling it: book me a flight, 帮我订机票."""
    words = [chunk.text for chunk in chunks if not chunk.has(Cue.FILLER) or chunk.text in ("me", "us")]
    return words[:1] in (["订"], ["预订"], ["预定"]) or (
        words[:1] in (["book"], ["reserve"]) and words[1:2] in (["me"], ["us"])
    )


def worded(
    chunks: Sequence[Chunk],
    places: Sequence[int],
    *,
    negated: Collection[int],
    required: Collection[int],
    lexicon: Lexicon,
) -> tuple[list[Constraint], list[Notice]]:
    """The words at these places as wishes of the text, and notices of those that the catalogue does not know.

    `required` are the places beside a kind of thing: there, and behind "with", a word that the catalogue knows is asked for.
    """
    constraints: list[Constraint] = []
    notices: list[Notice] = []
    for place in places:
        word, refused = chunks[place].text, place in negated
        demanded = any(chunk.has(Cue.WITH) for chunk in chunks[max(0, place - 2) : place])
        if not (refused or place in required or demanded):
            continue
        forms = known_forms(word, lexicon)
        found = [in_text(form, Operator.IS_NOT if refused else Operator.IS, word) for form in forms]
        soft = not refused and word in FEELINGS
        constraints += [replace(wish, strength=Strength.PREFER) for wish in found] if soft else found
        if not forms and not refused and len(word) > 1:
            notices.append(Notice(code="unknown_value", params={"value": word}))
    return constraints, notices


def known_forms(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """How the catalogue's titles write a word; a Chinese compound may be known by its parts; empty: not at all."""
    if len(word) == 1:
        return []  # a single character stands in too many words
    base = stem(word)
    participle = base + ("d" if base.endswith("e") else "ed")  # what has it: hood -> hooded, pockets -> pocketed
    plain = base.isascii() and base.isalpha() and len(base) > _SHORTEST and not base.endswith("ed")
    forms = (*lexicon.forms(word), *(lexicon.forms(participle) if plain else ()))
    if forms:
        return [tuple(dict.fromkeys((word, *forms)))]
    return [] if word.isascii() else _parts(word, lexicon)


def _parts(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """The known words that a Chinese compound is made of, none overlapping: 礼盒装 is 礼盒 and no 盒装."""
    found: list[tuple[str, ...]] = []
    end = 0
    for part in cut(word):
        start = word.find(part, end)
        if start >= 0 and 1 < len(part) < len(word) and (forms := lexicon.forms(part)):
            found.append(forms)
            end = start + len(part)
    return found
