"""Read a product's type out of its words: the merchant's own, the title's head noun, a short description's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from daogou.shop.product import Product
from daogou.store.typing.chinese_head import best_names
from daogou.store.typing.english_head import Chunk, Head, chunks_of, compound, head_of, small_letter_names
from daogou.store.typing.phrase_book import Stems, choose, phrase_book, stems_of
from daogou.text.normalize import is_chinese, normalize
from daogou.text.thesaurus import thesaurus

SHORT = 120  # characters up to which a description is read like a title
MERCHANT_ATTRIBUTES = ("product_type", "type", "item_type")


@dataclass(frozen=True, kw_only=True)
class TypeReader:
    """`prior` says how common each type is in this catalogue: it decides where two types share a name."""

    prior: Mapping[str, float] = field(default_factory=dict)

    def read(self, product: Product) -> str:
        """A thesaurus key, or an empty text. The title's wins over the merchant's where it is a kind of it."""
        around = _around(product)
        merchant = self._of_merchant(product, around)
        title = self.of_text(product.title, around)
        if merchant and title:
            return title if title in thesaurus().narrower(merchant) else merchant
        return merchant or title or self._of_short_text(product, around)

    def of_text(self, text: str, around: frozenset[str] = frozenset()) -> str:
        """The type that a title names."""
        around = around or frozenset(stems_of(text))
        if is_chinese(text):
            return self._of_chinese(text, around, lines=False) or self._of_english(text, around)
        return self._of_english(text, around)

    def _of_english(self, text: str, around: frozenset[str]) -> str:
        chunks = [*small_letter_names(text), *chunks_of(text)]
        for lines in (False, True):
            for chunk in chunks:
                head = head_of(chunk, {}, lines=lines)
                if head:
                    return self._key(chunk, head, around)
        return self._of_chinese(text, around, lines=True) if is_chinese(text) else ""

    def _key(self, chunk: Chunk, head: Head, around: frozenset[str]) -> str:
        key = choose(head.keys, around, self.prior)
        return _thing_for_thing(chunk, head, key) if compound(chunk, head) else key

    def _of_chinese(self, text: str, around: frozenset[str], *, lines: bool) -> str:
        folded = normalize(text).casefold()
        words = around.union(word for word in phrase_book().chinese_contexts if word in folded)
        names = best_names(text, {}, lines=lines)
        return choose(names[0].keys, words, self.prior) if names else ""

    def _of_merchant(self, product: Product, around: frozenset[str]) -> str:
        texts = [product.product_type, *product.category[-1:]]
        texts += [str(fact.value) for name in MERCHANT_ATTRIBUTES for fact in product.values(name)]
        for text in texts:
            keys = keys_named(text)
            if keys:
                return choose(keys, around, self.prior)
        return ""

    def _of_short_text(self, product: Product, around: frozenset[str]) -> str:
        texts = [*product.highlights, product.description]
        short = [text for text in texts if text and len(text) <= SHORT]
        return next((key for text in short for key in [self.of_text(text, around)] if key), "")


def keys_named(text: str) -> tuple[str, ...]:
    """The thesaurus types whose name the whole text is."""
    book = phrase_book()
    name = tuple(stems_of(text))
    return book.english.get(name) or book.lines.get(name) or book.chinese.get(normalize(text).casefold()) or ()


def _around(product: Product) -> frozenset[str]:
    words = stems_of(" ".join((product.title, *product.category, *product.highlights)))
    return frozenset(words).union(*(attribute.name.split("_") for attribute in product.attributes))


def _thing_for_thing(chunk: Chunk, head: Head, key: str) -> str:
    """A "thinkpad case" is a laptop bag; a compound that the thesaurus does not know gives nothing."""
    last = compound(chunk, head)[-1]
    concept = thesaurus().types[key]
    names: list[Stems] = [tuple(stems_of(name)) for name in concept.phrases["en"]]
    found = (phrase_book().english.get((*name, last)) for name in names)
    return next((keys[0] for keys in found if keys), "")
