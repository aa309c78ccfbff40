"""`daogou evaluate descriptions`: those of a loaded shop, checked against the raw rows of its feed."""

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer
from rich.markup import escape

from daogou.app.describing import model_of
from daogou.app.opening import open_shop
from daogou.cli.terminal import console, progress
from daogou.errors import UserError
from daogou.progress import Progress, silent
from daogou.reply.describe.description import describe
from daogou.reply.describe.words import AUDIENCES, Brief, Length, Tone
from daogou_evals.needs.rows import feeds, read_rows
from daogou_evals.questions import tracked
from daogou_evals.truth.descriptions import check

MOST_GRAM = 4
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What came of it; `unsupported` names the product, the problem and the text."""

    texts: Sequence[str]
    claims: int  # looked up
    unsupported: Sequence[tuple[str, str, str]]


def check_descriptions(
    folder: Path, data: Path, *, count: int, language: str, seed: int, model: str = "", on_progress: Progress = silent
) -> Findings:
    """Describe that many products, tones, lengths and audiences in turn, and look everything up in the raw rows."""
    name = folder.resolve().name
    if name not in feeds():
        raise UserError(f"'{name}' is none of the shops whose raw rows are known: {', '.join(feeds())}")
    rows = read_rows(feeds()[name], data)
    texts, claims, problems = [], 0, []
    with open_shop(folder) as shop:
        products = sorted(shop.catalogue.products(), key=lambda product: product.id)
        judge, at = model_of(shop, model), shop.clock()
        chosen = random.Random(seed).sample(products, min(count, len(products)))
        for number, product in enumerate(tracked(chosen, "checking", on_progress)):
            row = rows.find(product.id, product.title)
            text = describe(product, _brief(number, language, seed), at=at, model=judge).text
            found = check(text, row or {}, language=language)
            texts.append(text)
            claims += found.claims
            problems += [(product.id, problem, text) for problem in found.unsupported]
    return Findings(texts=texts, claims=claims, unsupported=problems)


def _brief(number: int, language: str, seed: int) -> Brief:
    tones, lengths = list(Tone), list(Length)
    length = lengths[(number // len(tones)) % len(lengths)]
    tone, audience = tones[number % len(tones)], AUDIENCES[number % len(AUDIENCES)]
    return Brief(language=language, tone=tone, length=length, audience=audience, seed=seed)


def tokens(text: str) -> list[str]:
    """Lower-cased words; each Chinese character is one."""
    return _TOKEN.findall(text.casefold())


def distinct(texts: Sequence[str], n: int = 2) -> float:
    """Share of different n-grams among all n-grams of all texts (Li et al. 2016); 1 is the most varied."""
    grams = [gram for text in texts for gram in _grams(tokens(text), n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def self_bleu(texts: Sequence[str]) -> float:
    """Mean BLEU-4 of each text with all the others as references (Zhu et al. 2018); 0 is the most varied, 1: all the same."""
    cut = [tokens(text) for text in texts]
    most = [_most(cut, n) for n in range(1, MOST_GRAM + 1)]
    lengths = Counter(map(len, cut))
    return fmean(_bleu(words, most, lengths) for words in cut) if len(cut) > 1 else 0.0


def _bleu(words: Sequence[str], most: Sequence[dict[tuple[str, ...], tuple[int, int]]], lengths: Counter[int]) -> float:
    """BLEU of one text against the others: the largest count of an n-gram there is the second of all where the first is its own."""
    logs = []
    for n, largest in enumerate(most, start=1):
        own = Counter(_grams(words, n))
        total = sum(own.values())
        if not total:
            break
        others = {gram: largest[gram][count == largest[gram][0]] for gram, count in own.items()}
        matched = sum(min(count, others[gram]) for gram, count in own.items())
        logs.append(math.log(matched / total) if matched else math.log(1 / (2 * total)))
    return math.exp(fmean(logs)) * _brevity(len(words), lengths) if logs else 0.0


def _most(cut: Sequence[Sequence[str]], n: int) -> dict[tuple[str, ...], tuple[int, int]]:
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for words in cut:
        for gram, count in Counter(_grams(words, n)).items():
            first, second = found.get(gram, (0, 0))
            found[gram] = (count, first) if count > first else (first, max(second, count))
    return found


def _brevity(length: int, lengths: Counter[int]) -> float:
    others = [other for other, count in lengths.items() if other != length or count > 1]
    closest = min(others, key=lambda other: (abs(other - length), other))
    return min(1.0, math.exp(1 - closest / length)) if length else 0.0


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]


def command(
    shop: Annotated[Path, typer.Argument(help="A loaded shop folder, named as in the needs suite.")],
    data: Annotated[Path, typer.Option(help="The folder with the real shops' feeds.")],
    count: Annotated[int, typer.Option(help="Products.", min=1)] = 500,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    seed: Annotated[int, typer.Option(help="The same seed gives the same products.")] = 0,
    model: Annotated[str, typer.Option(help="builtin ...; default: as the shop is set.")] = "",
    most: Annotated[int, typer.Option(help="Unsupported claims that are let pass, else exit status 1.")] = 0,
) -> None:
    """Look up every word of so many descriptions in the raw feed rows; distinct-2 and self-BLEU say how alike they are.

    Example: daogou evaluate descriptions shops/icecat --data ../shared/data --count 500 --language en
    """
    with progress() as step:
        found = check_descriptions(shop, data, count=count, language=language, seed=seed, model=model, on_progress=step)
    words = fmean(len(tokens(text)) for text in found.texts) if found.texts else 0.0
    for product_id, problem, text in found.unsupported:
        console.print(f"[red]{escape(product_id)}[/red] {escape(problem)}: {escape(text)}")
    console.print(
        f"{len(found.texts):,} descriptions, {found.claims:,} claims checked, {len(found.unsupported):,} unsupported; "
        f"distinct-2 {distinct(found.texts):.3f}, self-BLEU {self_bleu(found.texts):.3f}, {words:.1f} words on average."
    )
    raise typer.Exit(0 if len(found.unsupported) <= most else 1)
