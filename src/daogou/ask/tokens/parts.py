"""The stretches of a message between its commas and its "and"s, and whether each names a thing by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.text.words import stem

_ARTICLES = frozenset(("a", "an", "some", "another", "一些", "一点", "几个", "些"))
_ASIDE = frozenset(
    ("also", "and", "then", "plus", "i", "we", "还", "再", "也", "还要", "再要", "再来", "外加", "加上", "另外", "顺便")
)
_CLASSIFIERS = frozenset("个台部款件条双套把张本只支片包瓶盒袋副顶块对")
_PRONOUNS = frozenset(("it", "them", "her", "him", "this", "that", "these", "它", "她", "他", "它们"))
_SETS = frozenset(("set", "sets", "kit", "kits", "bundle", "combo", "pack", "套装", "组合", "礼盒", "套组", "两件套"))
_OPENERS = (Cue.FOR, Cue.WITH, Cue.NOT, Cue.EXCEPT, Cue.FORGET, Cue.BETWEEN, Cue.FOR_AFTER)
_AMONG = frozenset(("by", "from", "like", "to", "between", "除了"))


@dataclass(frozen=True, kw_only=True)
class Part:
    """Chunks from one break to the next; `joint` is the break before it."""

    chunks: tuple[Chunk, ...]
    joint: Chunk | None = None

    @property
    def wants(self) -> bool:
        """Whether it opens with a wish: I need, 想买."""
        return any(chunk.has(Cue.WANT, Cue.SELL) and not chunk.meanings for chunk in self._opening())

    @property
    def marked(self) -> bool:
        """Whether an article or a measure word makes a thing of it: a belt, 一条皮带."""
        opening = self._opening()
        return any(marks(chunk) for chunk in opening[-2:]) and len(opening) < len(self.chunks)

    @property
    def named(self) -> tuple[Chunk, ...]:
        """The noun with what describes it: without the opening, and without what it is for or comes with."""
        rest = self.chunks[len(self._opening()) :]
        end = next((place for place, chunk in enumerate(rest) if place and opens(chunk)), len(rest))
        return rest[:end]

    @property
    def head(self) -> Chunk | None:
        """The noun itself."""
        return next((chunk for chunk in reversed(self.named) if chunk.names), None)

    @property
    def complement(self) -> tuple[Chunk, ...]:
        """What stands after "for" or "with", the word itself included."""
        return self.chunks[len(self._opening()) + len(self.named) :]

    @property
    def closed(self) -> bool:
        """Whether what it is for has been said and cannot go on: for it, for my mother."""
        return not self.complement or any(c.text in _PRONOUNS or c.has(Cue.PERSON) for c in self.complement)

    @property
    def pronoun(self) -> Chunk | None:
        """The word of its complement that stands for something named before."""
        return next((chunk for chunk in self.complement if chunk.text in _PRONOUNS), None)

    @property
    def listed(self) -> bool:
        """Whether a list begins with it: "to stock up: paracetamol, plasters"."""
        return self.joint is not None and self.joint.text in (":", "：")

    @property
    def makes_a_set(self) -> bool:
        """Whether the things before it come in one box with it."""
        return self.head is not None and bool({self.head.text, self.head.text.split()[-1]} & _SETS)

    @property
    def certain(self) -> bool:
        """Whether a bare noun is sure to be one: a kind that people name, a plural; a department's name is not."""
        head = self.head
        kinds = head.means(Kind.TYPE) if head is not None else ()
        return head is not None and (
            self.marked or self.listed or any(k.concept for k in kinds) or not head.text.isascii() or _plural(head)
        )

    def names_a_thing(self, lexicon: Lexicon) -> bool:
        """Whether the shop's words or its grammar say that it is a thing, and no property of one."""
        head = self.head
        if (
            head is None
            or any(c.has(Cue.NOT, Cue.EXCEPT, Cue.FORGET) or c.text == "to" for c in self.chunks)
            or _of(self.named)
        ):
            return False
        kinds = head.means(Kind.TYPE)
        sold = any(kind.count for kind in kinds)
        described = head.means(Kind.VALUE, Kind.ATTRIBUTE, Kind.MORE, Kind.LESS, Kind.BRAND)
        if described and not self.listed and not (sold and self.marked):
            return False
        if self.marked:
            return head.word or bool(kinds)
        if self.joint is not None and any(kind.concept for kind in kinds) and not self.complement:
            return True  # after something that is sold: a thing that many shops have, though not this one
        spoken_of = bool(lexicon.forms(head.text.split()[-1]))
        named = _plural(head) or any(kind.concept for kind in kinds)
        return sold or ((named or self.listed) and spoken_of)

    def _opening(self) -> tuple[Chunk, ...]:
        end = next((place for place, chunk in enumerate(self.chunks) if not _leads_in(chunk)), len(self.chunks))
        return self.chunks[:end]


def parts_of(chunks: Sequence[Chunk]) -> list[Part]:
    """The message at its breaks, empty stretches left out."""
    return list(_parts(chunks))


def _parts(chunks: Sequence[Chunk]) -> Iterator[Part]:
    joint: Chunk | None = None
    run: list[Chunk] = []
    for chunk in chunks:
        if _breaks(chunk):
            if run:
                yield Part(chunks=tuple(run), joint=joint)
                joint = None
            joint = _stronger(joint, chunk)
            run = []
        else:
            run.append(chunk)
    if run:
        yield Part(chunks=tuple(run), joint=joint)


def opens(chunk: Chunk) -> bool:
    """Whether what follows belongs to the noun before: with, for, without."""
    return (chunk.has(*_OPENERS) and not chunk.meanings) or chunk.text in _AMONG


def _breaks(chunk: Chunk) -> bool:
    return not chunk.meanings and (
        (chunk.has(Cue.AND, Cue.STOP) and chunk.text not in "()[]（）【】\"'") or chunk.text == "、"
    )


def _stronger(before: Chunk | None, chunk: Chunk) -> Chunk:
    return before if before is not None and before.has(Cue.STOP) else chunk


def _leads_in(chunk: Chunk) -> bool:
    if chunk.meanings and not chunk.has(Cue.WANT, Cue.FILLER):
        return False
    return chunk.has(Cue.WANT, Cue.SELL, Cue.FILLER, Cue.ALSO) or marks(chunk) or chunk.text in _ASIDE


def marks(chunk: Chunk) -> bool:
    """Whether it makes a thing of the noun beside it: an article, a number, a measure word."""
    counts = chunk.amount is not None and (chunk.amount.counts or not (chunk.amount.units or chunk.amount.currency))
    return counts or chunk.text in _ARTICLES or (chunk.text in _CLASSIFIERS and not chunk.meanings)


def _of(named: Sequence[Chunk]) -> bool:
    """Whether it is a Chinese description without a noun: 拍照好的, or one of two: 和蓝色的衬衫."""
    return bool(named) and named[-1].text == "的"


def _plural(head: Chunk) -> bool:
    last = head.text.split()[-1]
    return last.isascii() and stem(last) != last
