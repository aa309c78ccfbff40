"""Descriptions that a language model writes with {names} for facts: code fills them, and every own claim is refused."""

import re
import zlib
from collections.abc import Iterator
from datetime import datetime

from daogou.ports import Deadline, LanguageModel
from daogou.reply.describe_plan import Brief
from daogou.reply.describe_thing import thing_of
from daogou.reply.draft import Statement
from daogou.reply.filling import fill, named_facts
from daogou.reply.filling_words import Refused
from daogou.reply.phrases import Phrases
from daogou.reply.rendering import clean
from daogou.reply.scene import Scene
from daogou.shop.candidate import Retrieval
from daogou.shop.conversation import Session
from daogou.shop.need import AVAILABILITY, CATEGORY, PRICE, ShopperNeed
from daogou.shop.product import Product
from daogou.shop.wording import fold
from daogou.text.prompts import END, Task, describing, prompt_for
from daogou.text.thesaurus import thesaurus

MOST_TOKENS = 160
SHOWN_LENGTH = 160  # characters of a refused text that are kept to be looked at
KIND = "kind"  # what a model calls the kind of thing
OWN = "A."  # the letter under which `filling` knows the only product
_PLACE = re.compile(r"\{(\w[\w ]*)\}")


def samples(
    model: LanguageModel, product: Product, brief: Brief, *, at: datetime, n: int, deadline: Deadline
) -> Iterator[tuple[str, tuple[Statement, ...], str]]:
    """n texts: the text, its statements, and the veto that stopped it ("" for a good one)."""
    scene = _scene(product, brief, at)
    called = {OWN + CATEGORY: KIND}
    aging = {OWN + AVAILABILITY} | (set() if brief.with_price else {OWN + PRICE})
    names = {name: named for name, named in named_facts([product], scene).items() if name not in aging}
    form = describing(
        {called.get(name, name.removeprefix(OWN)): named.text for name, named in names.items()},
        language=brief.language,
        tone=brief.tone.value,
        length=brief.length.value,
        audience=brief.audience,
    )
    texts = model.write(
        prompt_for(Task.DESCRIBE, form, instructed=model.instructed, language=brief.language),
        n=n,
        max_tokens=MOST_TOKENS,
        seed=zlib.crc32(f"{product.id}|{brief.seed}".encode()),
        stop=(END,),
        deadline=deadline,
    )
    for text in dict.fromkeys(texts):
        try:
            sentences = fill(_PLACE.sub(_lettered, text), names, scene).sentences
        except Refused as error:
            yield clean(text)[:SHOWN_LENGTH], (), str(error)
            continue
        said = " ".join(one if isinstance(one, str) else one.text for one in sentences)
        yield said, tuple(one for one in sentences if isinstance(one, Statement)), ""


def _lettered(place: re.Match[str]) -> str:
    return f"{{{OWN}{CATEGORY if place[1] == KIND else place[1]}}}"


def _kind(product: Product, brief: Brief, at: datetime) -> str:
    """The field that holds the kind, where the row itself names it so: a kind that was only guessed is not told."""
    noun = thing_of(product, at=at, language=brief.language).noun
    return CATEGORY if noun and fold(noun) == fold(thesaurus().type_label(product.product_type, brief.language)) else ""


def _scene(product: Product, brief: Brief, at: datetime) -> Scene:
    return Scene(
        shortlist=(product,),
        need=ShopperNeed(language=brief.language, about=_kind(product, brief, at)),
        session=Session(session_id=""),
        retrieval=Retrieval(),
        products={product.id: product},
        at=at,
        limit=1,
        phrases=Phrases(language=brief.language, seed=product.id),
    )
