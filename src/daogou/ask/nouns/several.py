"""Several things in one message: eggs, bananas and frozen peas; 一个电饭煲和一个烧水壶."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, chunk, corrected
from daogou.ask.tokens.phrases import Cue, Kind, tokenize
from daogou.catalog.matching.wording import fold, mentions
from daogou.catalog.products.need import Act, ShopperNeed
from daogou.ports import Catalogue, SearchIndex
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, stem

MOST_ITEMS = 6
_FEW_WORDS = 3
_LOOKED_AT = 30  # rows: the words together score highest
_ARTICLES = frozenset(["a", "an", "some", "another", "一些", "一点", "几个", "些"])
_ASIDE = frozenset(
    ["also", "and", "then", "plus", "i", "we", "还", "再", "也", "还要", "再要", "再来", "外加", "加上", "另外", "顺便"]
)
_CLASSIFIERS = frozenset("个台部款件条双套把张本只支片包瓶盒袋副顶块对")
_PRONOUNS = frozenset(["it", "them", "her", "him", "this", "that", "these", "它", "她", "他", "它们"])
_AMONG = frozenset(["by", "from", "like", "to", "between", "除了"])
_OPENERS = (Cue.FOR, Cue.WITH, Cue.NOT, Cue.EXCEPT, Cue.FORGET, Cue.BETWEEN, Cue.FOR_AFTER)
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
class Item:
    """One of several things: what to understand, and what it is called in the answer."""

    text: str
    name: str


class _Part:
    """Chunks from one break to the next: what leads in, the noun with what describes it, what that is for or comes with."""

    def __init__(self, chunks: Sequence[Chunk], joint: Chunk | None) -> None:
        opening = next((place for place, one in enumerate(chunks) if not _leads_in(one)), len(chunks))
        self.chunks, self.joint, self.spoken = chunks, joint, chunks[opening:]
        end = next((place for place, one in enumerate(self.spoken) if place and _complements(one)), len(self.spoken))
        self.named, self.complement = self.spoken[:end], self.spoken[end:]
        self.head = next((one for one in reversed(self.named) if one.names), None)
        self.pronoun = next((one for one in self.complement if one.text in _PRONOUNS), None)
        self.wants = any(one.has(Cue.WANT, Cue.SELL) and not one.meanings for one in chunks[:opening])
        self.marked = bool(self.spoken) and any(map(_marks, chunks[max(0, opening - 2) : opening]))
        self.listed = joint is not None and joint.text in (":", "：")  # to stock up: paracetamol, plasters
        kinds = self.head.means(Kind.TYPE) if self.head else ()
        self.sold, self.known = any(kind.count for kind in kinds), any(kind.concept for kind in kinds)
        last = self.head.text.split()[-1] if self.head else ""
        self.plural = last.isascii() and stem(last) != last

    @property
    def closed(self) -> bool:
        """Whether what it is for has been said and cannot go on: for it, for my mother."""
        return not self.complement or self.pronoun is not None or any(one.has(Cue.PERSON) for one in self.complement)

    @property
    def certain(self) -> bool:
        """Whether a bare noun is sure to be one: a kind that people name, a plural; a product line's name is not."""
        named_so = self.head is not None and (self.plural or not self.head.text.isascii())
        return self.marked or self.listed or self.known or named_so

    def names_a_thing(self, lexicon: Lexicon) -> bool:
        """Whether the shop's words or its grammar say that it is a thing, and no property of one (拍照好的)."""
        head = self.head
        if head is None or self.named[-1].text == "的":
            return False
        if any(one.has(Cue.NOT, Cue.EXCEPT, Cue.FORGET) or one.text == "to" for one in self.chunks):
            return False
        described = head.means(Kind.VALUE, Kind.ATTRIBUTE, Kind.MORE, Kind.LESS, Kind.BRAND)
        if described and not self.listed and not (self.sold and self.marked):
            return False
        if self.marked:
            return head.word or bool(head.means(Kind.TYPE))
        if self.joint is not None and self.known and not self.complement:
            return True  # after something that is sold: a thing that many shops have, though not this one
        told = self.plural or self.known or self.listed
        return self.sold or (told and bool(lexicon.forms(head.text.split()[-1])))


def _complements(chunk: Chunk) -> bool:
    """Whether what follows belongs to the noun before: with, for, without."""
    return (chunk.has(*_OPENERS) and not chunk.meanings) or chunk.text in _AMONG


def _leads_in(chunk: Chunk) -> bool:
    """Whether it only opens the part: "i need", 再来一个."""
    if chunk.meanings and not chunk.has(Cue.WANT, Cue.FILLER):
        return False
    return chunk.has(Cue.WANT, Cue.SELL, Cue.FILLER, Cue.ALSO) or _marks(chunk) or chunk.text in _ASIDE


def _marks(chunk: Chunk) -> bool:
    """Whether it makes a thing of the noun beside it: an article, a number, a measure word."""
    counts = chunk.amount is not None and (chunk.amount.counts or not (chunk.amount.units or chunk.amount.currency))
    return counts or chunk.text in _ARTICLES or (chunk.text in _CLASSIFIERS and not chunk.meanings)


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
    more = _further(text, before, lexicon) if before is not None else None
    items = (more,) if more is not None else things_in(text, lexicon, together)
    needs = tuple(replace(read(item.text), others=(), said="" if more else item.name) for item in items)
    return needs if all(need.act is Act.FIND for need in needs) else ()


def _further(text: str, before: ShopperNeed, lexicon: Lexicon) -> Item | None:
    """Another thing for the one before: "and a screen for it" after a projector."""
    noun = before.said or (before.query if len(before.query.split()) <= _FEW_WORDS else "")
    if not noun and before.category:
        noun = thesaurus().type_label(before.category[0], before.language)
    parts = _parts(text, lexicon)
    if len(parts) != 1 or not noun:
        return None
    [part] = parts
    goes_on = part.joint is not None or part.wants or any(chunk.has(Cue.ALSO) for chunk in part.chunks)
    return _item(parts, noun=noun) if goes_on and part.marked and part.pronoun and part.sold else None


def _parts(text: str, lexicon: Lexicon) -> list[_Part]:
    """The parts of a message that may name several things; none of a question about one or about a choice."""
    if _ONE_QUESTION.search(text):
        return []
    tokens = tokenize(_EACH.sub(" ", text))
    parts: list[_Part] = []
    run: list[Chunk] = []
    joint: Chunk | None = None
    for one in (*corrected(chunk(tokens, lexicon), tokens, lexicon)[0], None):
        if one is not None and not _breaks(one):
            run.append(one)
            continue
        if run:
            parts.append(_Part(run, joint))
            run, joint = [], None
        joint = joint if joint is not None and joint.has(Cue.STOP) else one
    return parts


def _breaks(chunk: Chunk) -> bool:
    comma = chunk.has(Cue.AND, Cue.STOP) and chunk.text not in "()[]（）【】\"'"
    return not chunk.meanings and (comma or chunk.text == "、")


def things_in(text: str, lexicon: Lexicon, together: Together) -> tuple[Item, ...]:
    """The things of a message, at least two of them; what is told before the wish only says what they are for."""
    parts, each = _parts(text, lexicon), _EACH.search(text)
    listed = (place for place, part in enumerate(parts) if part.listed)
    first = next(listed, 0) or next((place for place, part in enumerate(parts) if part.wants), 0)
    groups: list[list[_Part]] = []  # the parts of each thing: one that names nothing belongs to the thing before it
    for part in parts[first:]:
        if groups and not _another(groups, part, lexicon, together):
            groups[-1].append(part)
        elif groups or part.head is not None:
            groups.append([part])
    if len(groups) < 2 or not groups[0][0].names_a_thing(lexicon):
        return ()
    told = next((part.head.text for part in reversed(parts[:first]) if part.head), "")
    nouns = (told, *(told or _name(groups[0][0]) for _ in groups[1:]))
    shared = (each[1] or each[2]) if each else ""
    return tuple(_item(group, noun=noun, each=shared) for group, noun in zip(groups[:MOST_ITEMS], nouns, strict=False))


def _another(groups: Sequence[Sequence[_Part]], part: _Part, lexicon: Lexicon, together: Together) -> bool:
    """Whether a part is a thing of its own beside those before it, which no row joins: salt and vinegar crisps are one."""
    before = groups[-1]
    if not part.names_a_thing(lexicon) or not before[0].names_a_thing(lexicon):
        return False
    if part.wants:
        return True
    if any(c.has(Cue.WITH, Cue.NOT) and not c.meanings for one in before for c in one.complement):
        return False
    comma = part.joint is not None and part.joint.has(Cue.STOP)
    if not before[-1].closed and not (comma and part.marked):
        return False
    if part.marked or not before[0].certain:
        return part.marked
    heads = [group[0].head for group in groups]
    return not any(head and part.head and _one_title(head.text, part.head.text, together) for head in heads)


def _one_title(left: str, right: str, together: Together) -> bool:
    """Whether some row is both: shampoo and conditioner in one. A 手机壳 is no 手机 for having its name."""
    return left not in right and right not in left and together(left.split()[-1], right.split()[-1])


def _item(group: Sequence[_Part], *, noun: str, each: str = "") -> Item:
    """The words of its parts, a pronoun ("a screen for it") standing for the noun."""
    pronoun = group[0].pronoun
    said = [noun if noun and one is pronoun else one.text for part in group for one in part.spoken]
    text = " ".join([*said, each] if each else said)
    return Item(text=text if text.isascii() else _HAN_GAP.sub("", text), name=_name(group[0]))


def _name(part: _Part) -> str:
    texts = [chunk.text for chunk in part.named if chunk.names or chunk.has(Cue.OF)]
    return "".join(texts) if texts and not texts[0].isascii() else " ".join(texts)


def in_one_title(words: Sequence[str], *, index: SearchIndex, catalogue: Catalogue) -> bool:
    """Whether some title has all of the words."""
    sought = [piece for word in words for piece in cut(word)]
    hits = index.lexical(sought, limit=_LOOKED_AT, fields={"title": 1.0})
    rows = catalogue.get([hit.product_id for hit in hits]).values()
    titles = (title for row in rows for title in (row.title, *(one.title for one in row.translations.values())))
    return any(all(mentions(fold(title), word) for word in words) for title in titles)
