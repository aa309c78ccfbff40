"""`daogou learn recommender`: a shop's event log and products in, a numbered version of the recommender out."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from daogou.app.advising import RECOMMENDER, vectors_of
from daogou.app.opening import Shop, open_shop
from daogou.db.versions import Versions
from daogou.errors import MissingExtra, ShopError
from daogou.progress import Progress, silent
from daogou.recommend.artifact import save
from daogou.recommend.history import ItemTable
from daogou.recommend.learn.fitting import ItemData, MakeModel
from daogou.recommend.learn.interactions import interactions_from
from daogou.recommend.learn.recommender import Recipe, learn_recommender, recommender_card
from daogou.recommend.models.sequence import SEQUENCE
from daogou.recommend.models.traits import traits_of

CARD, REPORT = "card.md", "report.json"
EXPERTS = "daogou.experts"  # entry points: what makes a further expert of the mixture
TRAINING = "training"  # checkpoints of a run that is under way


@dataclass(frozen=True, kw_only=True)
class LearnedVersion:
    """What came of it."""

    number: int
    card: Path
    report: Mapping[str, Any]


def learn_shop_recommender(
    folder: Path, recipe: Recipe | None = None, *, sequences: bool = False, on_progress: Progress = silent
) -> LearnedVersion:
    """Learn from the shop's log and let the new version count; ShopError where the log says nothing.

    A running service picks it up at the next request. `sequences` also trains a sequence model, which needs torch; killed, it
    goes on from its checkpoints.
    """
    with open_shop(folder) as shop:
        item_data = goods_of(shop)
        on_progress("events", 0, 0)
        interactions = interactions_from((event for event in shop.events.events() if event.weighs), item_data.table)
    if not interactions.n_visits:
        raise ShopError(
            f"{folder}: no event speaks of a product of the shop yet; load a log with: daogou load --events LOG"
        )
    training = folder / RECOMMENDER / TRAINING
    further = [sequence_expert(item_data, training, on_progress=on_progress)] if sequences else []
    outcome = learn_recommender(interactions, item_data, recipe, further=further, on_progress=on_progress)

    def write(part: Path) -> None:
        save(part, outcome.learned)
        (part / CARD).write_text(recommender_card(outcome.report), encoding="utf-8")
        (part / REPORT).write_text(json.dumps(outcome.report, indent=1, ensure_ascii=False), encoding="utf-8")

    versions = Versions(folder / RECOMMENDER)
    number = versions.publish(write)
    shutil.rmtree(training, ignore_errors=True)
    return LearnedVersion(number=number, card=versions.path(number) / CARD, report=outcome.report)


def sequence_expert(item_data: ItemData, folder: Path, *, on_progress: Progress = silent) -> MakeModel:
    """The installed trainer of sequence models, its checkpoints in `folder`; MissingExtra where there is none."""
    for point in entry_points(group=EXPERTS, name=SEQUENCE):
        made: MakeModel = point.load()(item_data=item_data, folder=folder, on_progress=on_progress)
        return made
    raise MissingExtra("the training of sequence models", "train")


def goods_of(shop: Shop) -> ItemData:
    """The shop's products as the models see them."""
    products = list(shop.catalogue.products())
    ids = [product.id for product in products]
    return ItemData(
        table=ItemTable(ids),
        kinds=[product.product_type for product in products],
        vectors={encoder.name: vectors_of(shop.index, encoder.name, ids) for encoder in shop.guide.engine.encoders},
        traits=traits_of(products, shop.clock()),
    )
