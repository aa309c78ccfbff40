"""What does choosing cost a turn? Talks answered plainly and with five candidates judged by the builtin model, in one run.

    python benchmarks/choosing.py --shop shops/icecat

Prints p50 and p95 of both, and in how many turns the model judged within its budget; exit status 1 where the bar is missed.
"""

import argparse
import dataclasses
import sys
import time
from pathlib import Path

from daogou.app.engines import open_chooser, open_model
from daogou.app.opening import Shop, open_shop
from daogou.guide import Guide
from daogou.reply.chooser import Chooser
from daogou_evals.measured import aside
from daogou_evals.questions import quantile

BAR_MS = 250.0  # p95 of a turn with the builtin model and at least five candidates
TALKS = (
    ("I need a laptop with at least 8 GB of memory", "under 600 please", "a lighter one?", "compare the first two"),
    ("想买一个蓝牙音箱", "两百以内的", "有黑色的吗", "第一个和第二个哪个好"),
    ("hello", "a gift for my mother, about 30", "something cheaper", "thank you"),
    ("wireless mouse", "not black", "the cheapest one", "why this one?"),
    ("a printer for the office up to 300 euros", "by HP", "show me more"),
    ("打印机", "三百以内", "惠普的", "为什么推荐这个"),
)
ROUNDS = 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--budget-ms", type=int, default=200)
    given = parser.parse_args()
    with open_shop(given.shop) as shop:
        settings = dataclasses.replace(
            shop.settings, language_model=given.model, choose="model", model_budget_ms=given.budget_ms
        )
        chooser = open_chooser(settings, open_model(settings))
        plain, _, _ = _measure(shop, None)
        chosen, judged, candidates = _measure(shop, chooser)
    print(f"{len(shop.catalogue):,} products, {len(plain)} turns each")
    print(f"plain: p50 {quantile(plain, 0.5):.0f} ms, p95 {quantile(plain, 0.95):.0f} ms")
    print(f"chosen: p50 {quantile(chosen, 0.5):.0f} ms, p95 {quantile(chosen, 0.95):.0f} ms (bar {BAR_MS:.0f})")
    print(f"judged within the budget: {judged:.0%} of the turns; candidates: {min(candidates)} to {max(candidates)}")
    return int(quantile(chosen, 0.95) > BAR_MS)


def _measure(shop: Shop, chooser: Chooser | None) -> tuple[list[float], float, list[int]]:
    """Milliseconds of every turn after a first round, the share that a model judged, and how many candidates there were."""
    took_ms, judged, candidates = [], [], [0]
    for round_number in range(ROUNDS + 1):
        guide = _forgetful(shop, chooser)
        for number, talk in enumerate(TALKS):
            for message in talk:
                started = time.perf_counter()
                response = guide.answer(message, session_id=f"{number}").response
                if round_number:
                    took_ms.append((time.perf_counter() - started) * 1000)
                    judged.append(response.scored_by != "none")
                    candidates.append(len(response.considered))
    return took_ms, sum(judged) / len(judged), candidates[1:]


def _forgetful(shop: Shop, chooser: Chooser | None) -> Guide:
    """The shop's guide, without leaving a trace in it."""
    return dataclasses.replace(aside(shop.guide), chooser=chooser)


if __name__ == "__main__":
    sys.exit(main())
