"""What a language model writes as an answer, with everything that it claims by itself refused."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.ports import Deadline, LanguageModel
from daogou.reply.cleaning import clean
from daogou.reply.filling import Named, fill, named_facts
from daogou.reply.filling_words import Refused
from daogou.reply.publish import reworded
from daogou.reply.scene import Scene
from daogou.shop.conversation import Response
from daogou.shop.need import Act
from daogou.shop.product import Product
from daogou.text.prompts import END, Task, facts_and_conversation, prompt_for

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
    return [_filled(text, plain, names, scene) for text in dict.fromkeys(texts[:n])]


def _filled(text: str, plain: Response, names: Mapping[str, Named], scene: Scene) -> Written:
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
