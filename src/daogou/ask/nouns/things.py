"""A thing that is wanted in or out, by all of its names: what the shopper said, the thesaurus' words, the shop's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.nouns import names_of
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Kind
from daogou.catalog.products.need import BRAND, CATEGORY, PRICE
from daogou.text.normalize import is_chinese
from daogou.text.substances import Substance, left_out_by, substance

_VACUOUS = ("added", "extra", "any", "additional", "添加", "额外", "任何")
_SURE = ("无", "不含", "零")  # what these are put before is left out; 去 and 脱 also make other words: 去屑
_MAYBE = ("0", "去", "脱", "免", "非", "无", "零", "低")
_OF_A_PRODUCT = (PRICE, BRAND, CATEGORY, "colour", "size", "condition")


@dataclass(frozen=True, kw_only=True)
class Named:
    """The names of a thing, of its kinds, and of its absence."""

    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def fused(chunk: Chunk, lexicon: Lexicon) -> Named | None:
    """The thing that one phrase leaves out: the gluten of "gluten free", 氟 of 无氟, the caffeine of "decaf"."""
    text = chunk.text
    unnamed = chunk.word or any(m.attribute.endswith("_free") for m in chunk.meanings)
    if (known := left_out_by(text)) is not None and unnamed:
        return _of(known, ())
    if text.endswith((" free", "-free")) and (chunk.meanings or chunk.word):
        return _thing(text[: -len(" free")].strip(), lexicon)
    if not is_chinese(text) or not unnamed:
        return None
    prefix = next((prefix for prefix in (*_SURE, *_MAYBE) if text.startswith(prefix)), "")
    rest = text.removeprefix(prefix)
    known = substance(rest) if prefix and rest else None
    return _of(known, (rest,)) if known is not None and prefix != "低" else None


def named(text: str, chunks: Sequence[Chunk], lexicon: Lexicon, *, strong: bool) -> Named | None:
    """The thing that these chunks name; None where they name a value of a column, or nothing that can be left out."""
    bare = " ".join(word for word in text.split() if word not in _VACUOUS) or text
    bare = next((bare.removeprefix(word) for word in _VACUOUS if is_chinese(word) and bare.startswith(word)), bare)
    last = chunks[-1]
    if len(chunks) == 1 and (last.means(Kind.BRAND) or _kept_in_a_column(last, lexicon)):
        return None
    if substance(bare) is not None:
        return _thing(bare, lexicon)
    if any(meaning.attribute in _OF_A_PRODUCT for chunk in chunks for meaning in chunk.means(Kind.ATTRIBUTE)):
        return None
    if last.means(Kind.VALUE) or (last.means(Kind.TYPE) and not strong):
        return None
    if last.means(Kind.ATTRIBUTE):
        return Named(names=_attribute_names(last, lexicon)) if strong else None
    if last.means(Kind.TYPE):
        return Named(names=(bare, *(name for name in names_of(last, lexicon) if len(chunks) == 1 and name != bare)))
    sayable = len(bare) > 1 or (strong and is_chinese(bare))  # 不含苯
    return _thing(bare, lexicon) if sayable and (strong or lexicon.forms(bare)) else None


def _kept_in_a_column(chunk: Chunk, lexicon: Lexicon) -> bool:
    """Whether enough rows keep it as a value, or any as a yes or no."""
    yes_no = [m for m in chunk.means(Kind.ATTRIBUTE) if lexicon.yes_no(m.attribute)]
    kept = [m for m in chunk.means(Kind.VALUE) if m.count and lexicon.trusts(m.attribute)]
    return bool(yes_no or kept)


def _attribute_names(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    concepts = [lexicon.thesaurus.attributes.get(m.attribute) for m in chunk.means(Kind.ATTRIBUTE)]
    names = (name for concept in concepts if concept for phrases in concept.phrases.values() for name in phrases)
    return tuple(dict.fromkeys((chunk.text, *names)))


def _thing(word: str, lexicon: Lexicon) -> Named:
    known = substance(word)
    return _of(known, (word,)) if known is not None else Named(names=tuple(dict.fromkeys((word, *lexicon.forms(word)))))


def _of(known: Substance, said: tuple[str, ...]) -> Named:
    return Named(names=tuple(dict.fromkeys((*said, *known.names))), kinds=known.kinds, absent=known.absent)
