"""A model's text becomes a draft: code puts in what the row says, and whatever the model claims by itself is refused."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from daogou.catalog.products.conversation import Response
from daogou.catalog.products.evidence import Verdict
from daogou.catalog.products.need import AVAILABILITY, BRAND, PRICE, RATING, TEXT, Act
from daogou.catalog.products.product import Product
from daogou.ports import Deadline, LanguageModel
from daogou.reply.acts.answers import say_fact
from daogou.reply.draft import Compound, Draft, Sentence, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.filling_words import OwnWords, Place, Refused
from daogou.reply.sentences.rendering import clean, quoted
from daogou.reply.verify.gather import TITLE, Fact
from daogou.reply.verify.publish import capital, reworded
from daogou.reply.verify.verify import verdict
from daogou.text.prompts import END, MOST_ITEMS, Task, facts_and_conversation, prompt_for
from daogou.text.thesaurus import thesaurus

LETTERS = "ABCDEFGH"
MOST_LENGTH = 400  # characters of an answer
MOST_FACTS = 8  # of one product
PLACE = re.compile(r"\{([A-Z])\.([\w ]+)\}")
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_LINK = re.compile(r"://|www\.|\]\(", re.I)
_QUOTED_TITLE = re.compile(r"[\"“'「](\{[A-Z]\.title\})[\"”'」]")


@dataclass(frozen=True, kw_only=True)
class Named:
    """What may be put in under one name: the row's facts of one field, and how they are written."""

    product: Product
    facts: tuple[Fact, ...]
    text: str


def named_facts(products: Sequence[Product], scene: Scene) -> dict[str, Named]:
    """What a model may speak of: A.title, A.price, A.memory, B.title ..."""
    return {
        f"{letter}.{named.facts[0].field}": named
        for letter, product in zip(LETTERS, products[:MOST_ITEMS], strict=False)
        for named in islice(_named(product, scene), MOST_FACTS)
    }


def fill(text: str, names: Mapping[str, Named], scene: Scene) -> Draft:
    """The text as sentences whose facts are the rows'; Refused says why it can't be said."""
    text = _QUOTED_TITLE.sub(r"\1", text.strip())
    _check_form(text, names)
    everything = tuple({named.product.id: named.product for named in names.values()}.values())
    shelf = scene.shown or everything
    told: tuple[Product, ...] = everything if len(everything) == 1 else ()
    sentences = []
    for sentence in filter(None, (part.strip() for part in _END.split(text))):
        places = _places(sentence, names)
        told = _told_of(places, told)
        OwnWords(sentence=sentence, places=places, about=told if places else shelf, scene=scene).check()
        sentences.append(_filled(sentence, places))
    _check_facts(sentences, scene)
    return Draft(sentences=tuple(sentences))


def _check_form(text: str, names: Mapping[str, Named]) -> None:
    if not text:
        raise Refused("says nothing")
    if len(text) > MOST_LENGTH:
        raise Refused(f"longer than {MOST_LENGTH} characters")
    if _LINK.search(text):
        raise Refused("a link")
    if "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
        raise Refused("no plain text: braces")
    if names and not PLACE.search(text):
        raise Refused("names no product")


def _places(sentence: str, names: Mapping[str, Named]) -> list[Place]:
    places = []
    for found in PLACE.finditer(sentence):
        named = names.get(found.group()[1:-1])
        if named is None:
            raise Refused(f"unknown name: {found.group()}")
        place = Place(start=found.start(), end=found.end(), product=named.product, facts=named.facts, text=named.text)
        places.append(place)
    return places


def _told_of(places: Sequence[Place], before: tuple[Product, ...]) -> tuple[Product, ...]:
    """The products that a sentence speaks of; Refused where it is not plain which value is whose."""
    products = tuple({place.product.id: place.product for place in places}.values())
    titled = {place.product.id for place in places if place.field == TITLE}
    if len(products) == 1 and products[0].id not in titled and products != before:
        raise Refused(f"unclear whose {places[0].field}")
    if len(products) > 1:
        _check_several(places)
    return products or before


def _check_several(places: Sequence[Place]) -> None:
    """Each value follows its own product's title, and what is said of one is said of all: no "and so has the other"."""
    said: dict[str, list[str]] = {}
    for place in places:
        if place.field == TITLE:
            said.setdefault(place.product.id, [])
            last = place.product.id
        elif not said or place.product.id != last:
            raise Refused(f"unclear whose {place.field}")
        else:
            said[last].append(place.field)
    if len({frozenset(fields) for fields in said.values()}) > 1:
        raise Refused("not the same said of each product")


def _filled(sentence: str, places: Sequence[Place]) -> Sentence:
    if not places:
        return sentence
    text = _with_values(sentence, places)
    parts = tuple(_part(product, places) for product in {one.product.id: one.product for one in places}.values())
    if len(parts) == 1:
        return Statement(text=text, product=parts[0].product, facts=parts[0].facts)
    return Compound(text=text, parts=parts)


def _with_values(sentence: str, places: Sequence[Place]) -> str:
    for place in reversed(places):
        sentence = sentence[: place.start] + place.text + sentence[place.end :]
    return capital(sentence)


def _part(product: Product, places: Sequence[Place]) -> Statement:
    own = [place for place in places if place.product.id == product.id]
    facts = tuple(fact for place in own for fact in place.facts)
    return Statement(text=" ".join(place.text for place in own), product=product, facts=facts)


def _check_facts(sentences: Sequence[Sentence], scene: Scene) -> None:
    """The rows' own values, verified like everything else; and not too much of them."""
    if sum(len(one if isinstance(one, str) else one.text) for one in sentences) > MOST_LENGTH:
        raise Refused(f"longer than {MOST_LENGTH} characters")
    for sentence in sentences:
        parts = sentence.parts if isinstance(sentence, Compound) else (sentence,)
        for part in parts:
            if isinstance(part, Statement):
                found = verdict(part, scene.need, at=scene.at, language=scene.language)
                if found is not Verdict.SUPPORTED:
                    raise Refused(f"{found.value}: {part.text}")


def _named(product: Product, scene: Scene) -> Iterator[Named]:
    for field in _fields(product, scene):
        facts = scene.facts(product, field)[:1]
        if facts and PLACE.fullmatch(f"{{A.{field}}}"):
            yield Named(product=product, facts=facts, text=_text(facts, scene))


def _fields(product: Product, scene: Scene) -> list[str]:
    """Name and price, then what was asked of, then what people ask of such things, then what else the row says."""
    asked = [c.attribute for c in scene.need.constraints if c.attribute != TEXT]
    concept = thesaurus().types.get(product.product_type)
    usual = concept.ask if concept else ()
    own = [attribute.name for attribute in product.attributes]
    fields = dict.fromkeys([TITLE, PRICE, scene.need.about, *asked, BRAND, AVAILABILITY, RATING, *usual, *own])
    return [field for field in fields if field]


def _text(facts: tuple[Fact, ...], scene: Scene) -> str:
    """A title in quotes, a yes and a rating in words that say of what; everything else as the row's value."""
    first = facts[0]
    if first.field == TITLE:
        return quoted(first.printed)
    return say_fact(facts, scene) if isinstance(first.value, bool) or first.field == RATING else first.printed


MOST_TOKENS = 120
SHOWN_LENGTH = 160  # characters of a refused text that are kept to be looked at
_TALK = frozenset({Act.SHOP, Act.GREET, Act.THANK, Act.RESET, Act.OTHER})


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text of the model: a response over the plain answer's shelf, or the veto that stopped it."""

    text: str
    response: Response
    veto: str = ""


def written(
    model: LanguageModel, plain: Response, scene: Scene, *, messages: Sequence[str], n: int, deadline: Deadline
) -> list[Written]:
    """n texts, filled by code and checked word by word; the same turn gives the same texts."""
    names = named_facts(_products(plain, scene), scene)
    form = facts_and_conversation({name: named.text for name, named in names.items()}, messages)
    texts = model.write(
        prompt_for(Task.ANSWER, form, instructed=model.instructed, language=scene.language),
        n=n,
        max_tokens=MOST_TOKENS,
        seed=zlib.crc32("\n".join(messages).encode()),
        stop=(END,),
        deadline=deadline,
    )
    return [_written_filled(text, plain, names, scene) for text in dict.fromkeys(texts[:n])]


def _written_filled(text: str, plain: Response, names: Mapping[str, Named], scene: Scene) -> Written:
    try:
        response = reworded(fill(text, names, scene), plain, scene)
    except Refused as error:
        return Written(text=clean(text)[:SHOWN_LENGTH], response=plain, veto=str(error))
    return Written(text=response.text, response=response)


def _products(plain: Response, scene: Scene) -> Sequence[Product]:
    """Those on the shelf; of an answer without one those that the message speaks of."""
    if scene.need.act in _TALK:
        return ()
    return [shown.product for shown in plain.recommendations] or scene.meant
