"""Several things asked for in one message: each gets its part of the shelf and of the text."""

from collections.abc import Sequence
from dataclasses import replace

from daogou.reply.cleaning import spoken
from daogou.reply.draft import Compound, Draft, Sentence, Statement
from daogou.reply.publish import capital, published_together
from daogou.reply.scene import Scene
from daogou.reply.shelf import shelf
from daogou.shop.conversation import Response

LEAST_EACH = 1


def together(scenes: Sequence[Scene]) -> Response:
    """The answers to all of them as one: as many products as one answer shows, shared out, and a line for each."""
    shares = _shares(scenes, scenes[0].limit)
    parts = [replace(scene, limit=share) for scene, share in zip(scenes, shares, strict=True)]
    return published_together([(_line(shelf(part), part), part) for part in parts])


def _shares(scenes: Sequence[Scene], limit: int) -> list[int]:
    """The same for each, and what one leaves over goes to those that have more."""
    even = max(LEAST_EACH, limit // len(scenes))
    shares = [min(even, max(LEAST_EACH, len(scene.shortlist))) for scene in scenes]
    for place, scene in enumerate(scenes):
        spare = max(0, limit - sum(shares))
        shares[place] += min(spare, max(0, len(scene.shortlist) - shares[place]), even)
    return shares


def _line(draft: Draft, scene: Scene) -> Draft:
    """What is said of one thing: its first product and why; what it lacks, where it lacks something."""
    honest = bool(scene.retrieval.given_up or scene.need.unsold) or not draft.shown
    about_products = [s for s in draft.sentences if isinstance(s, Statement | Compound)]
    told = list(draft.sentences) if honest else about_products[:1]
    name = capital(spoken(scene.need.said or scene.need.query))
    return replace(draft, sentences=tuple(_headed(told, scene.phrases.say("several.head", thing=name))), question="", asks="")


def _headed(sentences: Sequence[Sentence], head: str) -> list[Sentence]:
    """The first sentence after the thing's name, on a line of its own."""
    first = sentences[0]
    text = first if isinstance(first, str) else first.text
    headed = f"\n{head}{text.lstrip()}"
    return [headed if isinstance(first, str) else replace(first, text=headed), *sentences[1:]]
