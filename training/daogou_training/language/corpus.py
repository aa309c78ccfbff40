"""The corpus of one run: gathered once, kept beside the model, so that a killed run reads the same again."""

import csv
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from daogou.app.opening import open_shop
from daogou.catalog.products.product import Product
from daogou.progress import Progress
from daogou.text.prompts import SHOPPER, continuation
from daogou_training.language.examples import Choice, Example
from daogou_training.text.gathering import Gathered, gather, shuffled
from daogou_training.text.inventing import invented_shop

CORPUS = "corpus.jsonl.gz"
LANGUAGES = ("en", "zh")
SPOKEN = 0.5  # share of products with a title in a language from which on a shop is talked about in it
ICECAT = "icecat/products.jsonl.gz"
JUDGEMENTS = "icecat/judgements.csv"
GOALS = "intents/webshop_human_goals.json"


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the text comes from."""

    invented: int = 1400  # shops, each talked about in both languages
    each: int = 10  # conversations with one invented shop in one language
    shops: Mapping[str, Sequence[Product]]  # real shops, by name
    of_each: int = 2500  # conversations with a real shop in one language
    languages: Mapping[str, Sequence[str]]  # the languages to talk about a real shop in
    data: Path | None = None  # the folder with permissively licensed texts
    seed: int = 0


def corpus(folder: Path, sources: Sources, on_progress: Progress) -> Gathered:
    """The run's corpus, gathered now or read again."""
    path = folder / CORPUS
    if not path.exists():
        _write(path, shuffled(_parts(sources, on_progress), seed=sources.seed))
    return _read(path)


def _parts(sources: Sources, on_progress: Progress) -> list[Gathered]:
    parts = []
    for name, products in sources.shops.items():
        languages = sources.languages.get(name, LANGUAGES)
        for number, language in enumerate(languages, start=1):
            parts.append(gather(products, language, seed=sources.seed, count=sources.of_each))
            on_progress(f"talking about {name}", number, len(languages))
    for number in range(sources.invented):
        products = invented_shop(sources.seed * 1_000_000 + number)
        parts += [gather(products, language, seed=number, count=sources.each) for language in LANGUAGES]
        on_progress("inventing shops", number + 1, sources.invented)
    if sources.data is not None:
        parts.append(Gathered(examples=[*goals(sources.data), *icecat_texts(sources.data)]))
    return parts


def _write(path: Path, gathered: Gathered) -> None:
    fresh = path.with_suffix(".new")
    with gzip.open(fresh, "wt", encoding="utf-8", compresslevel=1) as file:
        things: list[Example | Choice] = [*gathered.examples, *gathered.choices]
        for thing in things:
            file.write(json.dumps(asdict(thing), ensure_ascii=False) + "\n")
    fresh.replace(path)


def _read(path: Path) -> Gathered:
    gathered = Gathered()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if "continuations" in row:
                prompts, continuations = tuple(row["prompts"]), tuple(row["continuations"])
                gathered.choices.append(Choice(prompts=prompts, continuations=continuations, language=row["language"]))
            else:
                gathered.examples.append(Example(**row))
    return gathered


def products_of(folders: Sequence[Path]) -> dict[str, list[Product]]:
    """The products of each shop folder, by the folder's name; ShopError where there is none."""
    found: dict[str, list[Product]] = {}
    for folder in folders:
        with open_shop(folder) as shop:
            found[folder.resolve().name] = list(shop.catalogue.products())
    return found


def languages_of(shops: Mapping[str, Sequence[Product]]) -> dict[str, tuple[str, ...]]:
    """In which languages the products of each shop have titles: those it is talked about in."""

    def spoken(products: Sequence[Product], language: str) -> bool:
        return sum(language in (one.language, *one.translations) for one in products) >= SPOKEN * len(products)

    return {name: tuple(it for it in LANGUAGES if spoken(some, it)) or ("en",) for name, some in shops.items()}


def goals(data: Path) -> Iterator[Example]:
    """12,087 shopping instructions that people wrote (WebShop, Yao et al. 2022, MIT)."""
    for text in json.loads((data / GOALS).read_text(encoding="utf-8")):
        yield Example(prompt=SHOPPER, continuation=continuation(text), domain="request", language="en")


def icecat_texts(data: Path) -> Iterator[Example]:
    """Titles and short descriptions (Icecat Open Content License); judged products are left out: they measure."""
    with (data / JUDGEMENTS).open(encoding="utf-8", newline="") as judgements:
        judged = {row["docid"] for row in csv.DictReader(judgements)}
    with gzip.open(data / ICECAT, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if str(row.get("id")) not in judged:
                text = " ".join(filter(None, (row.get("title"), row.get("short_description"))))
                yield Example(prompt="product:", continuation=continuation(text), domain="product", language="en")
