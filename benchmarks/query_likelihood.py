"""What is a language model's P(q | product) worth in the order, and what does it cost?

    python benchmarks/query_likelihood.py SHOP QUERIES --model gguf:FILE [--read 3 5 10 20] [--weights .02 .04 .06] [--kept nats.json]
    python benchmarks/query_likelihood.py SHOP judgements.csv --model gguf:FILE       # NDCG@10 instead of hits
    python benchmarks/query_likelihood.py SHOP QUERIES --model gguf:FILE --time 40    # milliseconds, of so many queries

The queries are those of `daogou evaluate ladder`. The search of
the shop without the model stands beside it with the model, for each number of products read and each weight, with the paired bootstrap's
95 % interval. What the model said is kept in a file, so that weighing it anew asks no model. The shop is opened and not changed.
"""

import argparse
import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from daogou.app.engines import open_model
from daogou.app.opening import open_shop
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.product import Product
from daogou.guide import Guide
from daogou.ports import LanguageModel
from daogou.rank.likelihood import SEARCHED, SILENT, TAUGHT, Likelihood
from daogou.rank.order import spread, voiced
from daogou.recommend.learn.weighing import paired_gain
from daogou.reply.weights import WorkerPool
from daogou.settings import Settings
from daogou_evals.measured import Weighed, aside, weigh
from daogou_evals.questions import Measure, Question, read_questions

ANY_LENGTH = 10_000  # tokens
FORMS = {"searched": SEARCHED, "taught": TAUGHT}


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A request with everything that does not depend on the model."""

    text: str
    parts: Sequence[Weighed]
    measures: Mapping[str, Measure]


class Kept(Likelihood):
    """A voice that is asked once: what it said of a product stands in a file."""

    kept: dict[str, dict[str, float]]
    named: str
    asked: int = 0  # how often

    def logs(self, products: Sequence[Product], words: str, language: str) -> list[float] | None:
        """From the file; what it lacks is asked for together."""
        self.asked += 1
        known = self.kept.setdefault(f"{self.named}|{words}", {})
        missing = [product for product in products if product.id not in known]
        if missing:
            said = super().logs(missing, words, language)
            assert said is not None, words
            known.update(zip((product.id for product in missing), said, strict=True))
        return [known[product.id] for product in products]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shop", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--form", choices=list(FORMS), default="searched")
    parser.add_argument("--read", type=int, nargs="*", default=[3, 5, 10, 20])
    parser.add_argument("--weights", type=float, nargs="*", default=[0.01, 0.02, 0.03, 0.04, 0.06, 0.08])
    parser.add_argument("--ahead", type=float, nargs="*", default=[math.inf], help="leads beyond which nothing is read")
    parser.add_argument("--kept", type=Path, default=Path("nats.json"))
    parser.add_argument("--shipped", action="store_true", help="with the package's own table, weight and lead")
    parser.add_argument("--time", type=int, default=0)
    given = parser.parse_args()
    model = open_model(Settings(language_model=given.model))
    assert model is not None
    with open_shop(given.shop) as shop:
        guide = aside(shop.guide)  # whatever the shop itself asks: fit alone is what the model is held against
        guide = replace(guide, engine=replace(guide.engine, likelihood=SILENT))
        laid = [_laid(guide, one) for one in read_questions(given.queries)]
        if given.time:
            _time(model, laid[: given.time], given)
            return
        kept = json.loads(given.kept.read_text(encoding="utf-8")) if given.kept.exists() else {}
        try:
            _report(model, laid, given, kept)
        finally:
            given.kept.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _report(
    model: LanguageModel, laid: Sequence[Laid], given: argparse.Namespace, kept: dict[str, dict[str, float]]
) -> None:
    before = _measured(laid, None)
    print(f"{len(laid)} requests; fit alone:", *(f"{name} {statistics.mean(of):.4f}" for name, of in before.items()))
    if given.shipped:
        _tell("as shipped", before, laid, _voice(model, given.form), kept)
        return
    for read in sorted(given.read, reverse=True):  # the most first: the others are among them
        for weight in given.weights:
            for ahead in given.ahead:
                voice = _voice(model, given.form, read=((ANY_LENGTH, read),), weight=weight, ahead=ahead)
                _tell(f"read {read:>2} weight {weight:.3f} ahead {ahead:.2f}", before, laid, voice, kept)


def _tell(
    what: str,
    before: Mapping[str, Sequence[float]],
    laid: Sequence[Laid],
    voice: Kept,
    kept: dict[str, dict[str, float]],
) -> None:
    voice.kept = kept
    after = _measured(laid, voice)
    told = (f"{name} {statistics.mean(of):.4f} {paired_gain(before[name], of)}" for name, of in after.items())
    print(f"{what} asked {voice.asked}:", "  ".join(told), flush=True)


def _voice(model: LanguageModel, form: str, **given: Any) -> Kept:
    voice = Kept(model, attempt=WorkerPool().attempt, form=FORMS[form], budget_s=600.0, **given)
    voice.named = f"{model.name}|{form}"
    return voice


def _measured(laid: Sequence[Laid], voice: Likelihood | None) -> dict[str, list[float]]:
    found = defaultdict(list)
    for request in laid:
        ranking = _ranking(request, voice)
        for name, measure in request.measures.items():
            found[name].append(measure(ranking))
    return found


def _laid(guide: Guide, question: Question) -> Laid:
    parts = [weigh(guide, need) for need in guide.understand(question.text, Session(session_id="")).needs]
    return Laid(text=question.text, parts=parts, measures=question.measures)


def _ranking(request: Laid, voice: Likelihood | None) -> list[str]:
    """As the guide searches."""
    ranked = [
        spread(voiced(one.ranked, one.judged, one.need, one.kinds, voice)[0], one.products) for one in request.parts
    ]
    once = {one.product_id: None for places in zip_longest(*ranked) for one in places if one}
    return list(once)


def _time(model: LanguageModel, laid: Sequence[Laid], given: argparse.Namespace) -> None:
    """The model alone, for the heads that fit gives; then as shipped, where many questions need no model."""
    for read in given.read:
        _clock(f"read {read:>2}", [_took(model, request, given.form, read) for request in laid])
    shipped = []
    for request in laid:
        voice = Likelihood(model, attempt=WorkerPool().attempt, form=FORMS[given.form], budget_s=600.0)
        started = time.perf_counter()
        _ranking(request, voice)
        shipped.append(1000 * (time.perf_counter() - started))
    _clock("as shipped, the sorting in it", shipped)


def _took(model: LanguageModel, request: Laid, form: str, read: int) -> float:
    first = request.parts[0]
    head = [first.products[one.product_id] for one in first.ranked[:read]]
    started = time.perf_counter()
    Likelihood.logs(_voice(model, form), head, first.need.typed or first.need.query, first.need.language)
    return 1000 * (time.perf_counter() - started)


def _clock(what: str, took: Sequence[float]) -> None:
    p95 = sorted(took)[int(0.95 * (len(took) - 1))]
    print(f"{what}: median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, mean {statistics.mean(took):.0f} ms")


if __name__ == "__main__":
    main()
