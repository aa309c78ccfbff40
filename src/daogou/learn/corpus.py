"""The corpus of one run: gathered once, kept beside the model, so that a killed run reads the same again."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from daogou.learn.examples import Choice, Example
from daogou.learn.text.gathering import Gathered, gather, shuffled
from daogou.learn.text.inventing import invented_shop
from daogou.learn.text.real import goals, icecat_texts
from daogou.shop.product import Product

CORPUS = "corpus.jsonl.gz"
LANGUAGES = ("en", "zh")
Progress = Callable[[str, int, int], None]


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
