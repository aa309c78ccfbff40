"""Does what a shopper did make searching better? The same guide with and without it, on visits that came later."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from daogou.app.advising import RECOMMENDER, Sources, knowledge_of
from daogou.app.learning import PreparedRecommender, goods_of
from daogou.app.opening import Shop, open_shop
from daogou.catalog.products.product import Product
from daogou.cli.terminal import progress
from daogou.db.durable import Versions
from daogou.index.memory import MemoryEvents
from daogou.progress import Progress, silent
from daogou.recommend.artifact import Learned
from daogou.recommend.learn.fitting import fit_models, popularity
from daogou.recommend.learn.interactions import interactions_from
from daogou.recommend.learn.recommender import Recipe, counts_of, cuts, drawn, measure_recommender
from daogou.recommend.learn.weighing import Gain, paired_gain
from daogou.text.thesaurus import thesaurus
from daogou_evals.options import SHOP, ShopFolder, print_table
from daogou_evals.questions import ndcg, tracked

K = 10
KIND, WORD, TITLE = "kind", "word", "title"  # what is typed of the product that is wanted; taste changes no title's
_WORD = re.compile(r"[A-Za-z]{4,}|[\u3400-\u9fff]{2,}")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One later visit: what was typed, and what was bought in it."""

    form: str
    query: str
    wanted: str  # product id
    visit: int


@dataclass(frozen=True, kw_only=True)
class Personal:
    """NDCG@10 of the product that was bought, over the queries of one form."""

    queries: int
    without: float
    with_behaviour: float
    gain: Gain

    @property
    def relative(self) -> float:
        """The gain as a share of what there was without."""
        return self.gain.value / self.without if self.without else 0.0


def evaluate_personal(
    folder: Path,
    *,
    test_from: datetime | None = None,
    visits: int = 600,
    development: bool = False,
    seed: int = 0,
    on_progress: Progress = silent,
) -> Mapping[str, Personal]:
    """By form of query. Nothing that is learnt or counted as popular has seen the visits that are asked about.

    `development` asks about the visits before the test period instead: weights are chosen on those.
    """
    recipe = Recipe(test_from=test_from, visits=visits, seed=seed)
    with open_shop(folder) as shop:
        bench = Bench(shop, recipe, development=development, on_progress=on_progress)
        asked = list(bench.queries())
        scores = {True: list[float](), False: list[float]()}
        for typed in tracked(asked, "searching", on_progress):
            for personal, found in scores.items():
                ranking = bench.ranking(typed, personal=personal)
                found.append(ndcg({typed.wanted: 1.0}, ranking, K))
        shoppers = bench.interactions.shopper_of.tolist()
        return {form: _personal(form, asked, scores, shoppers) for form in (KIND, WORD, TITLE)}


class Bench:
    """A guide as it stood before the visits that are asked about."""

    def __init__(self, shop: Shop, recipe: Recipe, *, development: bool, on_progress: Progress = silent) -> None:
        item_data = goods_of(shop)
        self.interactions = interactions_from(shop.events.events(), item_data.table)
        mix_from, test_from = cuts(self.interactions, recipe)
        begins, ends = (mix_from, test_from) if development else (test_from, float("inf"))
        weights, _ = measure_recommender(
            self.interactions, item_data, replace(recipe, visits=Recipe.visits), on_progress=on_progress
        )
        seen = self.interactions.only(self.interactions.day_of < begins)
        learned = Learned(
            table=item_data.table, mixture=weights.mix(fit_models(seen, item_data)), counts=counts_of(seen)
        )
        self._sources = _sources(shop)
        self.knowledge = knowledge_of(self._sources, learned, 1)
        self.products = {product.id: product for product in shop.catalogue.products()}
        counts = dict(zip(item_data.table.ids, popularity(seen).tolist(), strict=True))
        self._recommender = PreparedRecommender(lambda: self.knowledge, shop.clock)
        self.guide = replace(
            shop.guide, recommender=self._recommender, engine=replace(shop.guide.engine, events=_Popular(counts))
        )
        later = (self.interactions.day_of >= begins) & (self.interactions.day_of < ends) & self.interactions.buys
        self._visits = drawn(self.interactions, later, recipe)
        self._seed = recipe.seed

    def queries(self) -> Iterator[Typed]:
        """For each visit one product that was bought in it, typed in three forms."""
        for visit in self._visits.tolist():
            dice = random.Random(f"{self._seed} {visit}")
            wanted = self.knowledge.table.ids[dice.choice(self.interactions.wanted(visit).tolist())]
            if wanted in self.products:
                for form, query in _forms(self.products[wanted], dice).items():
                    yield Typed(form=form, query=query, wanted=wanted, visit=visit)

    def ranking(self, typed: Typed, *, personal: bool) -> list[str]:
        """The ten products that the guide finds."""
        self._recommender.history = self.interactions.before(typed.visit)
        found = self.guide.search(typed.query, limit=K, user_id="somebody", personal=personal)
        return [candidate.product_id for candidate in found.shortlist]


class _Popular(MemoryEvents):
    """A log of which popularity alone is known."""

    def __init__(self, counts: Mapping[str, float]) -> None:
        super().__init__()
        self._counts = dict(counts)

    def popularity(self) -> dict[str, float]:
        """As counted."""
        return self._counts


def _sources(shop: Shop) -> Sources:
    return Sources(
        catalogue=shop.catalogue,
        events=shop.events,
        view=lambda: (shop.index, [encoder.name for encoder in shop.guide.engine.encoders]),
        versions=Versions(Path(RECOMMENDER)),
        clock=shop.clock,
    )


def _forms(product: Product, dice: random.Random) -> Mapping[str, str]:
    """What a shopper may type who wants this product."""
    words = sorted(set(_WORD.findall(product.title)))
    found = {TITLE: product.title}
    if product.product_type:
        found[KIND] = thesaurus().type_label(product.product_type, product.language)
    if words:
        found[WORD] = dice.choice(words)
    return MappingProxyType(found)


def _personal(
    form: str, asked: Sequence[Typed], scores: Mapping[bool, Sequence[float]], shoppers: Sequence[int]
) -> Personal:
    places = [number for number, typed in enumerate(asked) if typed.form == form]
    without, with_ = ([scores[personal][place] for place in places] for personal in (False, True))
    groups = [shoppers[asked[place].visit] for place in places]
    count = max(len(places), 1)
    return Personal(
        queries=len(places),
        without=sum(without) / count,
        with_behaviour=sum(with_) / count,
        gain=paired_gain(without, with_, groups=groups),
    )


def command(
    shop: ShopFolder = SHOP,
    test_from: Annotated[
        datetime | None, typer.Option(help="First day of the visits that are asked about; default: the newest tenth.")
    ] = None,
    visits: Annotated[int, typer.Option(help="Visits that are asked about, drawn at random.", min=10)] = 600,
    development: Annotated[
        bool, typer.Option("--development", help="Ask about the visits before those: weights are chosen on them.")
    ] = False,
) -> None:
    """Search for what was bought in later visits, with and without what the shopper had done before.

    The kind of thing and a word of its title leave the choice to taste; the whole title does not.

    Example: daogou evaluate personal-search --shop demo-shop/shop
    """
    start = test_from.replace(tzinfo=UTC) if test_from is not None else None
    with progress() as step:
        found = evaluate_personal(shop, test_from=start, visits=visits, development=development, on_progress=step)
    rows = [
        (form, f"{it.queries:,}", f"{it.without:.4f}", f"{it.with_behaviour:.4f}", it.gain, f"{it.relative:+.1%}")
        for form, it in found.items()
    ]
    print_table(("typed", "queries", "NDCG@10 without", "with", "gain (95 %)", "relative"), rows)
