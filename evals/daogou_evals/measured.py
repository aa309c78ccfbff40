"""The shops that are measured on: opened aside, so that asking leaves no trace, and loaded where they are missing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from daogou.app.loading import Reading, load_shop
from daogou.app.opening import open_shop
from daogou.ask.understand import Understanding
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import ShopperNeed
from daogou.errors import MappingError, ShopError, UserError
from daogou.guide import Guide
from daogou.index.building import MANIFEST
from daogou.index.loading import INDEX, Listener
from daogou.index.memory import MemoryEvents, MemorySessions
from daogou.ports import Encoder
from daogou.progress import Progress, silent
from daogou.rank.sold import Evidence, evidence
from daogou.search import Ordered
from daogou_evals.needs.rows import feeds

MAPPINGS = Path("examples/mappings")
LITTLE = ("beauty", "corner_shop", "electronics_zh", "garden_tools", "grocery_en", "pets", "sku")  # CSVs of few rows


@contextmanager
def opened(
    names: Iterable[str],
    shops: Path,
    *,
    data: Path | None = None,
    mappings: Path = MAPPINGS,
    on_progress: Progress = silent,
) -> Iterator[dict[str, Guide]]:
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
    reading = Reading(mapping=mapping, rejects=rejects)
    load_shop(feed, folder=folder, reading=reading, listener=Listener(progress=on_progress))


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
class Weighed(Ordered):
    """A need and the candidates in the order of their fit, in a shop of so many products."""

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
    ordered = guide.engine.order(need, at=guide.clock())
    return Weighed(**vars(ordered), shop_size=guide.engine.index.vocabulary.product_count)


def understood(guide: Guide, message: str) -> ShopperNeed:
    """The need of a first message; of several things the first."""
    return guide.understand(message, Session(session_id="")).needs[0]


@dataclass(frozen=True, kw_only=True)
class Bent(Understanding):
    """An understanding that is bent afterwards, to see what a step is worth."""

    bend: Callable[[ShopperNeed], ShopperNeed]

    def need(self, message: str, session: Session, *, at: datetime, locale: str = "") -> ShopperNeed:
        """The understanding's, bent."""
        return self.bend(super().need(message, session, at=at, locale=locale))


def aside(
    guide: Guide, *, encoders: Sequence[Encoder] | None = None, bend: Callable[[ShopperNeed], ShopperNeed] | None = None
) -> Guide:
    """The same guide with a memory of its own: what it is asked leaves no trace in the shop, and nobody is known to it."""
    known, engine = guide.understanding, replace(guide.engine, events=MemoryEvents())
    return replace(
        guide,
        understanding=Bent(**vars(known), bend=bend) if bend else known,
        engine=engine if encoders is None else replace(engine, encoders=encoders),
        sessions=MemorySessions(),
        recommender=None,
    )
