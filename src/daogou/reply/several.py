"""Several things asked for in one message: each gets its part of the shelf and of the text."""

from collections.abc import Sequence
from dataclasses import replace

from daogou.reply.draft import Draft, Sentence
from daogou.reply.picks import pick
from daogou.reply.publish import capital, published_together
from daogou.reply.rendering import spoken
from daogou.reply.scene import Scene
from daogou.reply.shelf import shelf
from daogou.shop.conversation import Response
from daogou.shop.product import Product


def together(scenes: Sequence[Scene]) -> Response:
    """The answers to all of them as one: as many products as one answer shows, shared out, and a line for each."""
    parts = [
        replace(scene, shortlist=(*rows, *(row for row in scene.shortlist if row not in rows)), limit=len(rows))
        for scene, rows in zip(scenes, _shared_out(scenes), strict=True)
    ]
    return published_together([(_line(shelf(part), part), part) for part in parts])


def _shared_out(scenes: Sequence[Scene]) -> list[list[Product]]:
    """The products of each, by turns as long as there is room; none twice, but each thing has its first."""
    shares: list[list[Product]] = [list(scene.shortlist[:1]) for scene in scenes]
    for place, scene in enumerate(scenes):
        taken = [row.id for share in shares[:place] for row in share]
        shares[place] = [row for row in scene.shortlist if row.id not in taken][:1] or shares[place]
    for _ in range(scenes[0].limit):
        for share, scene in zip(shares, scenes, strict=True):
            taken = [row.id for each in shares for row in each]
            if len(taken) < scene.limit:
                share += [row for row in scene.shortlist if row.id not in taken][:1]
    return shares


def _line(draft: Draft, scene: Scene) -> Draft:
    """What is said of one thing: its first product and why; what it lacks, where it lacks something."""
    honest = bool(scene.retrieval.given_up or scene.need.unsold) or not draft.shown
    told = list(draft.sentences) if honest else [pick(draft.shown[0], "several.why", "several.plain", scene)]
    name = capital(spoken(scene.need.said or scene.need.query))
    return replace(
        draft, sentences=tuple(_headed(told, scene.phrases.say("several.head", thing=name))), question="", asks=""
    )


def _headed(sentences: Sequence[Sentence], head: str) -> list[Sentence]:
    """The first sentence after the thing's name, on a line of its own."""
    first = sentences[0]
    text = first if isinstance(first, str) else first.text
    headed = f"\n{head}{text.lstrip()}"
    return [headed if isinstance(first, str) else replace(first, text=headed), *sentences[1:]]
