"""The recommender on public data: next items of histories, and the next baskets of a shop's log."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daogou.assembly.encoders import packaged
from daogou.assembly.learning_recommender import goods_of
from daogou.assembly.opening import open_shop
from daogou.errors import UserError
from daogou.language.lsa import Lsa
from daogou.learn.experts import Goods
from daogou.learn.next_item import evaluate_next_item, read_next_items
from daogou.learn.peers import als, item_item
from daogou.learn.recommender import PARTS, STEP, Recipe, measure_recommender
from daogou.learn.sequence_expert import SequenceExpert
from daogou.learn.traces import traces_of
from daogou.recommend.items import ItemTable
from daogou.recommend.traits import traits_of
from daogou.settings import Settings
from daogou.shop.product import Product
from daogou.store.progress import Progress, silent

MOST_VISITS = 100_000  # that are foretold: all of them


def evaluate_histories(
    items: Path, train: Path, test: Path | None, *, sequences: Path | None = None, on_progress: Progress = silent
) -> Mapping[str, Any]:
    """recall@10 and NDCG@10 of the mixture and of each expert: by cross-validation on `train`, and on `test` where it is given.

    `sequences`: a folder for the training of a sequence model as a further expert; needs torch.
    """
    goods = goods_of_items(items)
    further = [SequenceExpert(goods=goods, folder=sequences)] if sequences is not None else []
    rows = read_next_items(train, len(goods.table))
    held_out = read_next_items(test, len(goods.table)) if test is not None else []
    return evaluate_next_item(rows, held_out, goods, further=further, on_progress=on_progress)


def goods_of_items(path: Path) -> Goods:
    """Lines {item_id, title, description, brand}: item_id is the line's number from 0, as the histories count."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if [int(row["item_id"]) for row in rows] != list(range(len(rows))):
        raise UserError(f"{path}: item_id must count from 0, line by line")
    products = [
        Product(
            id=str(row["item_id"]),
            title=row["title"],
            offers=(),
            brand=row.get("brand") or "",
            description=row["description"],
        )
        for row in rows
    ]
    titles = [f"{product.brand} {product.title}" for product in products]
    encoders = [one for one in (packaged("minilm", Settings()), Lsa.learn(titles)) if one is not None]
    return Goods(
        table=ItemTable([product.id for product in products]),
        vectors={encoder.name: encoder.encode(titles) for encoder in encoders},
        traits=traits_of(products, datetime.now(UTC)),
    )


def evaluate_baskets(
    folder: Path, *, test_from: datetime | None, sequences: Path | None = None, on_progress: Progress = silent
) -> Mapping[str, Any]:
    """A shop's next visits from that day on, foretold by what came before; implicit's own models in the same run."""
    with open_shop(folder) as shop:
        goods = goods_of(shop)
        traces = traces_of(shop.events.events(), goods.table)
    recipe = Recipe(test_from=test_from, visits=MOST_VISITS)
    further = [SequenceExpert(goods=goods, folder=sequences)] if sequences is not None else []
    _, report = measure_recommender(
        traces, goods, recipe, further=further, peers=(item_item, als), on_progress=on_progress
    )
    on_progress(STEP, PARTS, PARTS)
    return report
