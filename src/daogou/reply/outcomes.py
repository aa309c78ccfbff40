"""How the products of an answer stand to each wish: what all of them meet, and what none does."""

from collections.abc import Iterator

from daogou.reply.called import called, of_kind, says
from daogou.reply.gather import passage
from daogou.reply.scene import Scene
from daogou.shop.matching import OWN, Outcome, outcome
from daogou.shop.need import CATEGORY, FITS, MODEL, TEXT, Constraint, Operator


def told(wish: Constraint, scene: Scene) -> set[Outcome]:
    """What the rows of this answer say of the wish."""
    return {outcome(product, wish, scene.at) for product in scene.shown}


def unmet(scene: Scene) -> tuple[Constraint, ...]:
    """The musts that some product of this answer does not meet."""
    kind = of_kind(scene.need, scene.phrases)
    return tuple(
        must
        for must in scene.need.musts
        if scene.shown and told(must, scene) != {Outcome.MET} and not (must.attribute == TEXT and says(kind, must))
    )


def claimed(scene: Scene) -> tuple[Constraint, ...]:
    """The musts that may be said of all that is shown."""
    lacking = (*unmet(scene), *scene.retrieval.given_up)
    return tuple(must for must in scene.need.musts if must not in lacking)


def silent(scene: Scene) -> Iterator[Constraint]:
    """The wishes of which no row of this answer says anything, beside what was given up."""
    named = " ".join(called(scene.need, scene.phrases, rows=scene.shown, unmet=unmet(scene)))
    for wish in scene.need.constraints:
        if wish in scene.retrieval.given_up or wish.attribute in (CATEGORY, MODEL) or says(named, wish):
            continue
        if wish.attribute in OWN or (wish.attribute == TEXT and wish.operator is Operator.IS_NOT):
            continue
        if told(wish, scene) == {Outcome.UNKNOWN} and not (wish.operator is Operator.IS_NOT and _named(wish, scene)):
            yield wish


def _named(wish: Constraint, scene: Scene) -> bool:
    """Whether the rows speak of it, though in no column: "without leather"."""
    names = wish.value if isinstance(wish.value, tuple) else (str(wish.value),)
    return all(any(passage(row, name) for name in names) for row in scene.shown)


def is_word(wish: Constraint) -> bool:
    """Whether a wish is one of the row's words rather than of a column."""
    return wish.attribute in (TEXT, FITS)
