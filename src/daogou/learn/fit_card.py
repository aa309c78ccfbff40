"""The model card (Mitchell et al. 2019) of learnt weights of fit."""

from collections.abc import Mapping

from daogou.learn.fitting import FOLDS, Report


def fit_card(report: Report, source: str, factors: Mapping[str, float]) -> str:
    """Markdown."""
    return "\n".join(
        [
            "# Daogou weights of fit",
            "",
            f"The standard weights of fit, some of them multiplied; learnt for this shop alone by `daogou learn fit` from"
            f" {report.queries:,} queries with {source}.",
            "",
            f"NDCG@10 on queries left out ({FOLDS} folds): {report.standard:.4f} with the standard weights, {report.learnt:.4f} with learnt"
            f" ones; gain {report.gain}.",
            "",
            "What is multiplied, and by what:",
            "",
            *(f"- {name}: {factor:.3g}" for name, factor in sorted(factors.items())),
            *([] if factors else ["- nothing: no other weights are better"]),
            "",
            "No weight changes its sign. An order that a shopper asks for (cheapest first) is never touched. Clicks are corrected for the"
            " place at which a product was shown; what was never shown is not learnt about.",
            "",
        ]
    )
