"""Several things in one message: eggs, bananas and frozen peas; 一个电饭煲和一个烧水壶.

A message is split only where each part by itself names a thing: grammar says so (an article, a measure word) or the
shop's words do, and no row joins them: a "red and blue shirt", "salt and vinegar crisps" and 洗发水和护发素套装 are one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.parts import Part, marks, parts_of
from daogou.ask.tokens.phrases import Kind
from daogou.ask.tokens.spelling import corrected
from daogou.ask.tokens.tokens import tokenize
from daogou.catalog.matching.wording import fold, mentions
from daogou.catalog.products.need import Act, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.ports import Catalogue, SearchIndex
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut

MOST_THINGS = 6
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff\d])|(?<=\d) (?=[\u3400-\u9fff])")
Together = Callable[[str, str], bool]  # whether some row's title has both words


def apart(left: str, right: str) -> bool:
    """No titles are known: no two words stand in one."""
    return False


_ONE_QUESTION = re.compile(
    r"\b(?:compar\w*|difference|versus|vs|better|between|which|either)\b|哪[个款种]|区别|对比|比较|还是|一起用|搭配"
    r"|^\W*(?:does|is|are|can|has|will)\b(?! (?:you|i|we)\b)"
)
_EACH = re.compile(
    r"\b(?:all |each )?((?:under|below|less than|up to|at most|max|around|about|no more than) \S+(?: (?:euros?|dollars?|pounds?|eur|usd|gbp|yuan))?)"
    r" (?:each|apiece|per item|a piece)\b|(?:每[个件样台款]|各)(?:都)?((?:不超过|低于|最多)?\d+(?:元|块)?(?:以内|以下)?)"
)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One of several things: what to understand, and what it is called in the answer."""

    text: str
    name: str


def several(text: str, lexicon: Lexicon, *, together: Together) -> tuple[Thing, ...]:
    """The things of a folded message, at least two of them; empty where it asks for one."""
    if _ONE_QUESTION.search(text):
        return ()
    intro, parts = _introduced(parts_of(_chunks(_EACH.sub(" ", text), lexicon)))
    groups = _groups(parts, lexicon, together)
    if len(groups) < 2:
        return ()
    each = next((found[1] or found[2] for found in _EACH.finditer(text)), "")
    told = _noun(intro)
    pointed = any(one.pronoun for one in parts) or (intro and intro[0].chunks[0].has(Cue.FOR))
    shared = f"for {told}" if told and told.isascii() and pointed else ""
    return tuple(
        _thing(group, noun=told or (_name(groups[0][0]) if place else ""), each=each, shared=shared)
        for place, group in enumerate(groups[:MOST_THINGS])
    )


def _chunks(text: str, lexicon: Lexicon) -> Sequence[Chunk]:
    tokens = tokenize(text)
    return corrected(chunk(tokens, lexicon), tokens, lexicon)[0]


def _introduced(parts: Sequence[Part]) -> tuple[Sequence[Part], Sequence[Part]]:
    """What is told before the wish, and the wish: "I just got a kitten: I need food", "for the office: a stapler, some tape"."""
    listed = (place for place, part in enumerate(parts) if part.listed)
    first = next(listed, 0) or next((place for place, part in enumerate(parts) if part.wants), 0)
    return parts[:first], parts[first:]


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
    if groups and not groups[0][0].names_a_thing(lexicon):
        return []
    return groups


def _another(groups: Sequence[Sequence[Part]], part: Part, lexicon: Lexicon, together: Together) -> bool:
    """Whether a part is a thing of its own beside those before it."""
    before = groups[-1]
    if part.makes_a_set or not part.names_a_thing(lexicon) or not before[0].names_a_thing(lexicon):
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
    if any(chunk.text == "的" for chunk in part.named) or not before[0].certain:
        return False
    return not any(_one_title(group[0].head, part.head, together) for group in groups)


def _one_title(left: Chunk | None, right: Chunk | None, together: Together) -> bool:
    """Whether some row is both: shampoo and conditioner in one. A 手机壳 is no 手机 for having its name."""
    if left is None or right is None or left.text in right.text or right.text in left.text:
        return False
    return together(left.text.split()[-1], right.text.split()[-1])


def _noun(intro: Sequence[Part]) -> str:
    """What the talk before the wish is about: the kitten of "I just got a kitten", the dog of "my dog is old"."""
    for part in reversed(intro):
        for before, named in pairwise(part.chunks):
            if named.names and before.text in _BEFORE_NOUNS:
                return named.text
    heads = [part.head for part in intro if part.head and not part.head.has(Cue.PERSON)]
    return heads[-1].text if heads else ""


_BEFORE_NOUNS = ("a", "an", "my", "our", "the", "new", "一只", "一个", "一条", "只", "我家", "我的")


def _name(part: Part) -> str:
    texts = [chunk.text for chunk in part.named if chunk.names or chunk.has(Cue.OF)]
    return "".join(texts) if texts and not texts[0].isascii() else " ".join(texts)


def _thing(group: Sequence[Part], *, noun: str, each: str, shared: str) -> Thing:
    first = group[0]
    said = [_standing_for(chunk, first, noun) for part in group for chunk in _said(part)]
    ends = [shared] if shared and not first.complement else []
    return Thing(text=_joined([*said, *ends, *([each] if each else [])]), name=_name(first))


def _said(part: Part) -> Sequence[Chunk]:
    """Without the opening, and without the politeness at the end."""
    opening = next((place for place, chunk in enumerate(part.chunks) if chunk in part.named), 0)
    end = len(part.chunks)
    while end > opening + 1 and _idle(part.chunks[end - 1]) and part.chunks[end - 1] is not part.pronoun:
        end -= 1
    return part.chunks[opening:end]


def _idle(chunk: Chunk) -> bool:
    """Whether a part may not end with it: politeness, how many of it, "for" with nothing after."""
    return chunk.has(Cue.FILLER, Cue.FOR, Cue.WANT) or chunk.text in ("都", "都要", "都来") or marks(chunk)


def _standing_for(chunk: Chunk, part: Part, noun: str) -> str:
    return noun if noun and chunk is part.pronoun else chunk.text


def _joined(texts: Sequence[str]) -> str:
    text = " ".join(texts)
    return text if text.isascii() else _HAN_GAP.sub("", text)


def follows(text: str, thing: str, lexicon: Lexicon) -> Thing | None:
    """Another thing for the one before: "and a screen for it" after a projector."""
    parts = parts_of(_chunks(text, lexicon))
    if len(parts) != 1 or not thing or _ONE_QUESTION.search(text):
        return None
    part = parts[0]
    goes_on = part.joint is not None or part.wants or any(chunk.has(Cue.ALSO) for chunk in part.chunks)
    kind = part.head is not None and any(meaning.count for meaning in part.head.means(Kind.TYPE))
    if not (goes_on and part.marked and part.pronoun and kind):
        return None
    return _thing([part], noun=thing, each="", shared="")


_FEW_WORDS = 3


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
    more = follows(text, _said_before(before), lexicon) if before is not None else None
    things = (more,) if more is not None else several(text, lexicon, together=together)
    needs = tuple(replace(read(thing.text), others=(), said="" if more else thing.name) for thing in things)
    return needs if all(need.act is Act.FIND for need in needs) else ()


def _said_before(need: ShopperNeed) -> str:
    """What a need is for, in a word or two."""
    if need.said or (need.query and len(need.query.split()) <= _FEW_WORDS):
        return need.said or need.query
    return thesaurus().type_label(need.category[0], need.language) if need.category else ""


_LOOKED_AT = 30  # rows: the words together score highest


def in_one_title(words: Sequence[str], *, index: SearchIndex, catalogue: Catalogue) -> bool:
    """Whether some title has all of the words."""
    sought = [piece for word in words for piece in cut(word)]
    hits = index.lexical(sought, limit=_LOOKED_AT, fields={"title": 1.0})
    return any(_has_all(row, words) for row in catalogue.get([hit.product_id for hit in hits]).values())


def _has_all(row: Product, words: Sequence[str]) -> bool:
    titles = [row.title, *(translation.title for translation in row.translations.values())]
    return any(all(mentions(fold(title), word) for word in words) for title in titles)
