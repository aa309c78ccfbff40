"""The corpus of one run: gathered once, kept beside the model, so that a killed run reads the same again."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from daogou.app.opening import open_shop
from daogou.catalog.products.product import Product
from daogou.text.prompts import SHOPPER, continuation
from daogou_training.language.examples import Choice, Example
from daogou_training.text.gathering import Gathered, gather, shuffled
from daogou_training.text.inventing import invented_shop

CORPUS = "corpus.jsonl.gz"
LANGUAGES = ("en", "zh")
Progress = Callable[[str, int, int], None]
CHINESE = 0.5  # share of products with a Chinese title from which on a shop is talked about in Chinese
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
    parts = [_real_shop(name, products, sources, on_progress) for name, products in sources.shops.items()]
    for number in range(sources.invented):
        products = invented_shop(sources.seed * 1_000_000 + number)
        parts += [gather(products, language, seed=number, count=sources.each) for language in LANGUAGES]
        on_progress("inventing shops", number + 1, sources.invented)
    if sources.data is not None:
        parts.append(Gathered(examples=[*goals(sources.data), *icecat_texts(sources.data)]))
    return parts


def _real_shop(name: str, products: Sequence[Product], sources: Sources, on_progress: Progress) -> Gathered:
    whole = Gathered()
    for number, language in enumerate(languages := sources.languages.get(name, LANGUAGES)):
        whole.add(gather(products, language, seed=sources.seed, count=sources.of_each))
        on_progress(f"talking about {name}", number + 1, len(languages))
    return whole


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
                gathered.choices.append(
                    Choice(
                        prompts=tuple(row["prompts"]),
                        continuations=tuple(row["continuations"]),
                        language=row["language"],
                    )
                )
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
    return {
        name: tuple(language for language in ("en", "zh") if _spoken(products, language)) or ("en",)
        for name, products in shops.items()
    }


def _spoken(products: Sequence[Product], language: str) -> bool:
    titled = sum(1 for product in products if product.language == language or language in product.translations)
    return titled >= CHINESE * len(products)


def goals(data: Path) -> Iterator[Example]:
    """12,087 shopping instructions that people wrote (WebShop, Yao et al. 2022, MIT)."""
    for text in json.loads((data / GOALS).read_text(encoding="utf-8")):
        yield Example(prompt=SHOPPER, continuation=continuation(text), domain="request", language="en")


def icecat_texts(data: Path) -> Iterator[Example]:
    """Titles and short descriptions (Icecat Open Content License); judged products are left out: they measure."""
    judged = _judged(data)
    with gzip.open(data / ICECAT, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if str(row.get("id")) not in judged:
                text = " ".join(filter(None, (row.get("title"), row.get("short_description"))))
                yield Example(prompt="product:", continuation=continuation(text), domain="product", language="en")


def _judged(data: Path) -> set[str]:
    with (data / JUDGEMENTS).open(encoding="utf-8", newline="") as rows:
        return {row["docid"] for row in csv.DictReader(rows)}
