"""The ranker's model card (Mitchell et al. 2019)."""

from typing import Any

from daogou.learn.ranking import FOLDS, Report


def ranker_card(report: Report, source: str, trees: Any) -> str:
    """Markdown; `trees` is a lightgbm.Booster."""
    gains = sorted(zip(trees.feature_name(), trees.feature_importance("gain"), strict=True), key=lambda one: -one[1])
    total = sum(gain for _, gain in gains) or 1.0
    return "\n".join(
        [
            "# Daogou ranker",
            "",
            f"Corrections to the fixed blend of scores: {trees.num_trees()} trees of LambdaMART, learnt by `daogou learn ranker`"
            f" from {report.queries:,} {source}.",
            "",
            f"NDCG@10 on queries left out ({FOLDS} folds): {report.blend:.4f} the blend alone, {report.corrected:.4f} with corrections;"
            f" gain {report.gain}.",
            "",
            "What the trees split on, by gain:",
            "",
            *(f"- {name}: {gain / total:.1%}" for name, gain in gains if gain > 0),
            "",
            "An order that a shopper asks for (cheapest first) is never touched. Clicks are corrected for the place at which a product"
            " was shown; what was never shown is not learnt about.",
            "",
        ]
    )
