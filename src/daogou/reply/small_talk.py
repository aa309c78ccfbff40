"""Greetings, thanks, a fresh start, and what a shop can't answer."""

from collections import Counter

from daogou.reply.cleaning import clean
from daogou.reply.draft import Draft
from daogou.reply.lead import unsold
from daogou.reply.nouns import cased, plural
from daogou.reply.rendering import listed
from daogou.reply.scene import Scene
from daogou.shop.need import Act
from daogou.text.thesaurus import thesaurus

MOST_KINDS = 3


def small_talk(scene: Scene) -> Draft:
    """A sentence or two, and no products."""
    if scene.need.act is Act.OTHER and scene.need.unsold:
        return Draft(sentences=(unsold(scene),))
    sentence = scene.phrases.say(f"talk.{scene.need.act.value}")
    kinds = _kinds(scene) if scene.need.act is Act.OTHER else ""
    return Draft(sentences=(sentence, *([scene.phrases.say("talk.kinds", kinds=kinds)] if kinds else [])))


def _kinds(scene: Scene) -> str:
    """A few kinds of product that are really sold here, of those at hand."""
    counts = Counter(row.product_type for row in scene.products.values() if row.product_type in thesaurus().types)
    names = [clean(thesaurus().type_label(key, scene.language)) for key, _ in counts.most_common()]
    labels = [name for name in names if not any(c.isdigit() for c in name)][:MOST_KINDS]
    return listed([cased(plural(label)) if scene.language == "en" else label for label in labels], scene.language)
