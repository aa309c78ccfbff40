"""The stretches of a message between its commas and its "and"s, and whether each names a thing by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.text.words import stem

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
