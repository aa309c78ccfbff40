"""The shops that are measured on: opened aside, so that asking leaves no trace, and loaded where they are missing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from daogou.assembly.loading import load_shop
from daogou.assembly.opening import open_shop
from daogou.errors import MappingError, ShopError, UserError
from daogou.find.codes import with_codes
from daogou.find.retrieve import retrieve
from daogou.guide import CANDIDATES, Guide
from daogou.ports import Encoder
from daogou.rank.fit import Fit
from daogou.rank.kinds import KindBelief
from daogou.rank.order import order
from daogou.rank.sold import Evidence, evidence
from daogou.shop.candidate import Candidate
from daogou.shop.conversation import Session
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product
from daogou.store.loading import INDEX
from daogou.store.manifest import MANIFEST
from daogou.store.memory import MemoryEvents, MemorySessions
from daogou.store.progress import Progress, silent
from daogou_evals.needs.rows import feeds

MAPPINGS = Path("examples/mappings")
LITTLE = (
    "beauty",
    "corner_shop",
    "electronics_zh",
    "garden_tools",
    "grocery_en",
    "pets",
    "sku",
)  # a CSV of few rows each


@contextmanager
def opened(
    names: Iterable[str],
    shops: Path,
    *,
    data: Path | None = None,
    mappings: Path = MAPPINGS,
    on_progress: Progress = silent,
) -> Iterator[dict[str, "MeasuredGuide"]]:
    """A guide for each of these shops, loaded from `data` where it is missing, all closed afterwards; ShopError without `data`."""
    wanted = list(names)
    for name in wanted:
        if not there(shops / name):
            if data is None:
                raise ShopError(f"there is no shop {name} in '{shops}'; load it with --data FOLDER")
            feed, mapping = _sources(name, data, mappings)
            load(feed, shops / name, mapping=mapping, on_progress=on_progress)
    with ExitStack() as stack:
        yield {name: aside(stack.enter_context(open_shop(shops / name)).guide) for name in wanted}


def load(feed: Path, folder: Path, *, mapping: Path | None = None, on_progress: Progress = silent) -> None:
    """Load a feed where the shop is missing; without a mapping its columns are guessed."""
    if there(folder):
        return
    if not feed.exists():
        raise UserError(f"there is no feed {feed}; DATA is the folder that holds the shops' feeds")
    rejects = folder.with_suffix(".rejects.jsonl")
    load_shop(feed, folder=folder, mapping=mapping, rejects=rejects, on_progress=on_progress)


def there(folder: Path) -> bool:
    """Whether a whole shop is in the folder."""
    return (folder / INDEX / MANIFEST).exists()


def _sources(name: str, data: Path, mappings: Path) -> tuple[Path, Path | None]:
    """The feed, and its mapping: the needs suite's shops have one, the little ones' columns are guessed."""
    if name in LITTLE:
        return data / "shops" / f"{name}.csv", None
    path = Path(feeds()[name].path)
    paths = [mappings / f"{name}.toml", mappings / f"{path.stem}.toml"]
    for mapping in paths:
        if mapping.exists():
            return data / path, mapping
    raise MappingError([f"there is no mapping {' or '.join(map(str, paths))}"])


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A need and the candidates in the order of their fit."""

    need: ShopperNeed
    ranked: Sequence[Candidate]
    judged: Mapping[str, Fit]
    products: Mapping[str, Product]
    kinds: KindBelief
    shop_size: int

    @cached_property
    def evidence(self) -> Evidence:
        """What P(sold) is made from."""
        return evidence(self.need, self.ranked, self.products, self.kinds, self.shop_size)

    def total(self, product_id: str) -> float | None:
        """The product's fit as the formula sums it; None where it is no candidate."""
        return next((one.score("total") for one in self.ranked if one.product_id == product_id), None)


def weigh(guide: Guide, need: ShopperNeed) -> Weighed:
    """Steps 2 and 3 of the guide for this need, without the shopper's past."""
    found = with_codes(retrieve(need, index=guide.index, encoders=guide.encoders, limit=CANDIDATES), need)
    products = guide.catalogue.get([*(one.product_id for one in found.candidates), *need.like, *need.unlike])
    ranked, judged, kinds = order(
        found,
        need,
        products=products,
        popularity=guide.events.popularity(),
        at=guide.clock(),
        likelihood=guide.likelihood,
        weights=guide.weights,
    )
    return Weighed(
        need=need,
        ranked=ranked,
        judged=judged,
        products=products,
        kinds=kinds,
        shop_size=guide.index.vocabulary.product_count,
    )


def understood(guide: Guide, message: str) -> ShopperNeed:
    """The need of a first message; of several things the first."""
    return guide.understand(message, Session(session_id="")).needs[0]


class MeasuredGuide(Guide):
    """A guide whose understanding may be bent, to see what a step is worth."""

    bend: Callable[[ShopperNeed], ShopperNeed] | None = None

    def understand(self, message: str, session: Session, *, locale: str = "") -> ShopperNeed:
        """The guide's, bent."""
        need = super().understand(message, session, locale=locale)
        return self.bend(need) if self.bend else need


def aside(
    guide: Guide,
    *,
    encoders: Sequence[Encoder] | None = None,
    bend: Callable[[ShopperNeed], ShopperNeed] | None = None,
) -> MeasuredGuide:
    """The same guide with a memory of its own: what it is asked leaves no trace in the shop."""
    other = MeasuredGuide(
        catalogue=guide.catalogue,
        index=guide.index,
        encoders=guide.encoders if encoders is None else encoders,
        lexicon=guide.lexicon,
        sessions=MemorySessions(),
        events=MemoryEvents(),
        clock=guide.clock,
        shown=guide.shown,
        chooser=guide.chooser,
        reader=guide.reader,
        meant=guide.meant,
        likelihood=guide.likelihood,
        weights=guide.weights,
        facts=guide.facts,
    )
    other.bend = bend
    return other
