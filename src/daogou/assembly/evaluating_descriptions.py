"""Descriptions of a loaded shop, checked against the raw rows of its feed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from daogou.assembly.describing import model_of
from daogou.assembly.opening import open_shop
from daogou.errors import UserError
from daogou.reply.describe import describe
from daogou.reply.describe_brief import AUDIENCES, Brief, Length, Tone
from daogou.store.progress import Progress, silent
from daogou.trial.descriptions import check
from daogou.trial.rows import feeds, read_rows
from daogou.trial.variety import distinct, self_bleu, tokens


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What came of it; `unsupported` names the product, the problem and the text."""

    texts: Sequence[str]
    claims: int
    unsupported: Sequence[tuple[str, str, str]]

    @property
    def distinct_2(self) -> float:
        """Share of different word pairs."""
        return distinct(self.texts)

    @property
    def self_bleu(self) -> float:
        """How alike the texts are."""
        return self_bleu(self.texts)

    @property
    def words(self) -> float:
        """Mean length, in words or Chinese characters."""
        return fmean(len(tokens(text)) for text in self.texts) if self.texts else 0.0


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
        for number, product in enumerate(chosen):
            row = rows.find(product.id, product.title)
            text = describe(product, _brief(number, language, seed), at=at, model=judge).text
            found = check(text, row or {}, language=language)
            texts.append(text)
            claims += found.claims
            problems += [(product.id, problem, text) for problem in found.unsupported]
            on_progress("checking", number + 1, len(chosen))
    return Findings(texts=texts, claims=claims, unsupported=problems)


def _brief(number: int, language: str, seed: int) -> Brief:
    tones, lengths = list(Tone), list(Length)
    return Brief(
        language=language,
        tone=tones[number % len(tones)],
        length=lengths[(number // len(tones)) % len(lengths)],
        audience=AUDIENCES[number % len(AUDIENCES)],
        seed=seed,
    )
