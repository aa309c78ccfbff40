"""Several things in one message: eggs, bananas and frozen peas; 一个电饭煲和一个烧水壶."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, chunk, corrected
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.ask.tokens.tokens import tokenize
from daogou.catalog.matching.wording import fold, mentions
from daogou.catalog.products.need import Act, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.ports import Catalogue, SearchIndex
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, stem

_ARTICLES = frozenset(["a", "an", "some", "another", "一些", "一点", "几个", "些"])
_ASIDE = frozenset(
    ["also", "and", "then", "plus", "i", "we", "还", "再", "也", "还要", "再要", "再来", "外加", "加上", "另外", "顺便"]
)
_CLASSIFIERS = frozenset("个台部款件条双套把张本只支片包瓶盒袋副顶块对")
_PRONOUNS = frozenset(["it", "them", "her", "him", "this", "that", "these", "它", "她", "他", "它们"])
_AMONG = frozenset(["by", "from", "like", "to", "between", "除了"])
_OPENERS = (Cue.FOR, Cue.WITH, Cue.NOT, Cue.EXCEPT, Cue.FORGET, Cue.BETWEEN, Cue.FOR_AFTER)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Chunks from one break to the next; `joint` is the break before it."""

    chunks: tuple[Chunk, ...]
    joint: Chunk | None = None

    @property
    def opening(self) -> int:
        """How many chunks lead in: "i need", 再来一个."""
        return next((place for place, one in enumerate(self.chunks) if not _leads_in(one)), len(self.chunks))

    @property
    def wants(self) -> bool:
        """Whether it opens with a wish: I need, 想买."""
        return any(one.has(Cue.WANT, Cue.SELL) and not one.meanings for one in self.chunks[: self.opening])

    @property
    def marked(self) -> bool:
        """Whether an article or a measure word makes a thing of it: a belt, 一条皮带."""
        end = self.opening
        return any(_marks(one) for one in self.chunks[max(0, end - 2) : end]) and end < len(self.chunks)

    @property
    def named(self) -> tuple[Chunk, ...]:
        """The noun with what describes it: without the opening, and without what it is for or comes with."""
        rest = self.spoken
        end = next((place for place, one in enumerate(rest) if place and _complements(one)), len(rest))
        return rest[:end]

    @property
    def spoken(self) -> tuple[Chunk, ...]:
        """Everything but the opening."""
        return self.chunks[self.opening :]

    @property
    def head(self) -> Chunk | None:
        """The noun itself."""
        return next((one for one in reversed(self.named) if one.names), None)

    @property
    def complement(self) -> tuple[Chunk, ...]:
        """What stands after "for" or "with", the word itself included."""
        return self.spoken[len(self.named) :]

    @property
    def closed(self) -> bool:
        """Whether what it is for has been said and cannot go on: for it, for my mother."""
        return not self.complement or any(one.text in _PRONOUNS or one.has(Cue.PERSON) for one in self.complement)

    @property
    def pronoun(self) -> Chunk | None:
        """The word of its complement that stands for something named before."""
        return next((one for one in self.complement if one.text in _PRONOUNS), None)

    @property
    def listed(self) -> bool:
        """Whether a list begins with it: "to stock up: paracetamol, plasters"."""
        return self.joint is not None and self.joint.text in (":", "：")

    @property
    def certain(self) -> bool:
        """Whether a bare noun is sure to be one: a kind that people name, a plural; a product line's name is not."""
        head = self.head
        known = head is not None and any(kind.concept for kind in head.means(Kind.TYPE))
        return self.marked or self.listed or known or (head is not None and (not head.text.isascii() or _plural(head)))

    def names_a_thing(self, lexicon: Lexicon) -> bool:
        """Whether the shop's words or its grammar say that it is a thing, and no property of one (拍照好的)."""
        head = self.head
        if head is None or self.named[-1].text == "的":
            return False
        if any(one.has(Cue.NOT, Cue.EXCEPT, Cue.FORGET) or one.text == "to" for one in self.chunks):
            return False
        kinds = head.means(Kind.TYPE)
        sold, known = any(kind.count for kind in kinds), any(kind.concept for kind in kinds)
        described = head.means(Kind.VALUE, Kind.ATTRIBUTE, Kind.MORE, Kind.LESS, Kind.BRAND)
        if described and not self.listed and not (sold and self.marked):
            return False
        if self.marked:
            return head.word or bool(kinds)
        if self.joint is not None and known and not self.complement:
            return True  # after something that is sold: a thing that many shops have, though not this one
        return sold or ((_plural(head) or known or self.listed) and bool(lexicon.forms(head.text.split()[-1])))


def _plural(head: Chunk) -> bool:
    last = head.text.split()[-1]
    return last.isascii() and stem(last) != last


def parts_of(chunks: Sequence[Chunk]) -> list[Part]:
    """The message at its breaks, empty stretches left out."""
    return list(_parts(chunks))


def _parts(chunks: Sequence[Chunk]) -> Iterator[Part]:
    joint: Chunk | None = None
    run: list[Chunk] = []
    for one in chunks:
        if not _breaks(one):
            run.append(one)
            continue
        if run:
            yield Part(chunks=tuple(run), joint=joint)
            joint, run = None, []
        joint = joint if joint is not None and joint.has(Cue.STOP) else one
    if run:
        yield Part(chunks=tuple(run), joint=joint)


def _breaks(chunk: Chunk) -> bool:
    comma = chunk.has(Cue.AND, Cue.STOP) and chunk.text not in "()[]（）【】\"'"
    return not chunk.meanings and (comma or chunk.text == "、")


def _complements(chunk: Chunk) -> bool:
    """Whether what follows belongs to the noun before: with, for, without."""
    return (chunk.has(*_OPENERS) and not chunk.meanings) or chunk.text in _AMONG


def _leads_in(chunk: Chunk) -> bool:
    if chunk.meanings and not chunk.has(Cue.WANT, Cue.FILLER):
        return False
    return chunk.has(Cue.WANT, Cue.SELL, Cue.FILLER, Cue.ALSO) or _marks(chunk) or chunk.text in _ASIDE


def _marks(chunk: Chunk) -> bool:
    """Whether it makes a thing of the noun beside it: an article, a number, a measure word."""
    counts = chunk.amount is not None and (chunk.amount.counts or not (chunk.amount.units or chunk.amount.currency))
    return counts or chunk.text in _ARTICLES or (chunk.text in _CLASSIFIERS and not chunk.meanings)


MOST_THINGS = 6
_FEW_WORDS = 3
_LOOKED_AT = 30  # rows: the words together score highest
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff\d])|(?<=\d) (?=[\u3400-\u9fff])")
_ONE_QUESTION = re.compile(
    r"\b(?:compar\w*|difference|versus|vs|better|between|which|either)\b|哪[个款种]|区别|对比|比较|还是|一起用|搭配"
    r"|^\W*(?:does|is|are|can|has|will)\b(?! (?:you|i|we)\b)"
)
_EACH = re.compile(
    r"\b(?:all |each )?((?:under|below|less than|up to|at most|max|around|about|no more than) \S+(?: (?:euros?|dollars?|pounds?|eur|usd|gbp|yuan))?)"
    r" (?:each|apiece|per item|a piece)\b|(?:每[个件样台款]|各)(?:都)?((?:不超过|低于|最多)?\d+(?:元|块)?(?:以内|以下)?)"
)
Together = Callable[[str, str], bool]  # whether some row's title has both words


def apart(left: str, right: str) -> bool:
    """No titles are known: no two words stand in one."""
    return False


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One of several things: what to understand, and what it is called in the answer."""

    text: str
    name: str


def asked_together(
    text: str,
    before: ShopperNeed | None,
    lexicon: Lexicon,
    *,
    together: Together,
    read: Callable[[str], ShopperNeed],
) -> tuple[ShopperNeed, ...]:
    """One need for each thing of a folded message, in order; empty where it is about one thing or about none.

    `read` understands a few words by themselves. "And a screen for it" is one need that keeps what it is for.
    """
    more = _follows(_parts_in(text, lexicon), _said_before(before)) if before is not None else None
    things = (more,) if more is not None else things_in(text, lexicon, together)
    needs = tuple(replace(read(thing.text), others=(), said="" if more else thing.name) for thing in things)
    return needs if all(need.act is Act.FIND for need in needs) else ()


def _parts_in(text: str, lexicon: Lexicon) -> list[Part]:
    """The parts of a message that may name several things; none of a question about one or about a choice."""
    tokens = tokenize(_EACH.sub(" ", text))
    return [] if _ONE_QUESTION.search(text) else parts_of(corrected(chunk(tokens, lexicon), tokens, lexicon)[0])


def things_in(text: str, lexicon: Lexicon, together: Together) -> tuple[Thing, ...]:
    """The things of a message, at least two of them; what is told before the wish only says what they are for."""
    parts, each = _parts_in(text, lexicon), _EACH.search(text)
    listed = (place for place, part in enumerate(parts) if part.listed)
    first = next(listed, 0) or next((place for place, part in enumerate(parts) if part.wants), 0)
    groups = _groups(parts[first:], lexicon, together)
    if len(groups) < 2:
        return ()
    told = next((part.head.text for part in reversed(parts[:first]) if part.head), "")
    return tuple(
        _thing(group, noun=told or (_name(groups[0][0]) if place else ""), each=(each[1] or each[2]) if each else "")
        for place, group in enumerate(groups[:MOST_THINGS])
    )


def _groups(parts: Sequence[Part], lexicon: Lexicon, together: Together) -> list[list[Part]]:
    """The parts of each thing: one that names nothing belongs to the thing before it."""
    groups: list[list[Part]] = []
    for part in parts:
        if not groups and part.head is None:
            continue
        if groups and not _another(groups, part, lexicon, together):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups if groups and groups[0][0].names_a_thing(lexicon) else []


def _another(groups: Sequence[Sequence[Part]], part: Part, lexicon: Lexicon, together: Together) -> bool:
    """Whether a part is a thing of its own beside those before it, which no row joins: salt and vinegar crisps are one."""
    before = groups[-1]
    if not part.names_a_thing(lexicon) or not before[0].names_a_thing(lexicon):
        return False
    if part.wants:
        return True
    comma = part.joint is not None and part.joint.has(Cue.STOP)
    if any(c.has(Cue.WITH, Cue.NOT) and not c.meanings for one in before for c in one.complement):
        return False
    if not before[-1].closed and not (comma and part.marked):
        return False
    if part.marked:
        return True
    if not before[0].certain:
        return False
    heads = [group[0].head for group in groups]
    return not any(head and part.head and _one_title(head, part.head, together) for head in heads)


def _one_title(left: Chunk, right: Chunk, together: Together) -> bool:
    """Whether some row is both: shampoo and conditioner in one. A 手机壳 is no 手机 for having its name."""
    apart = left.text not in right.text and right.text not in left.text
    return apart and together(left.text.split()[-1], right.text.split()[-1])


def _thing(group: Sequence[Part], *, noun: str, each: str = "") -> Thing:
    """The words of its parts, a pronoun ("a screen for it") standing for the noun."""
    pronoun = group[0].pronoun
    said = [noun if noun and one is pronoun else one.text for part in group for one in part.spoken]
    text = " ".join([*said, each] if each else said)
    return Thing(text=text if text.isascii() else _HAN_GAP.sub("", text), name=_name(group[0]))


def _name(part: Part) -> str:
    texts = [chunk.text for chunk in part.named if chunk.names or chunk.has(Cue.OF)]
    return "".join(texts) if texts and not texts[0].isascii() else " ".join(texts)


def _follows(parts: Sequence[Part], thing: str) -> Thing | None:
    """Another thing for the one before: "and a screen for it" after a projector."""
    if len(parts) != 1 or not thing:
        return None
    [part] = parts
    goes_on = part.joint is not None or part.wants or any(chunk.has(Cue.ALSO) for chunk in part.chunks)
    kind = part.head is not None and any(meaning.count for meaning in part.head.means(Kind.TYPE))
    return _thing(parts, noun=thing) if goes_on and part.marked and part.pronoun and kind else None


def _said_before(need: ShopperNeed) -> str:
    """What a need is for, in a word or two."""
    if need.said or (need.query and len(need.query.split()) <= _FEW_WORDS):
        return need.said or need.query
    return thesaurus().type_label(need.category[0], need.language) if need.category else ""


def in_one_title(words: Sequence[str], *, index: SearchIndex, catalogue: Catalogue) -> bool:
    """Whether some title has all of the words."""
    sought = [piece for word in words for piece in cut(word)]
    hits = index.lexical(sought, limit=_LOOKED_AT, fields={"title": 1.0})
    return any(_has_all(row, words) for row in catalogue.get([hit.product_id for hit in hits]).values())


def _has_all(row: Product, words: Sequence[str]) -> bool:
    titles = [row.title, *(translation.title for translation in row.translations.values())]
    return any(all(mentions(fold(title), word) for word in words) for title in titles)
