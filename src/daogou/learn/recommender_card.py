"""The recommender's model card (Mitchell et al. 2019): what it learnt from, how it did, what it is not for."""

from collections.abc import Mapping, Sequence
from typing import Any


def recommender_card(report: Mapping[str, Any]) -> str:
    """Markdown; `report` is what learn.recommender tells."""
    return "\n".join(
        [
            "# Daogou recommender",
            "",
            "Foretells what a shopper wants next, P(item | shopper), as a mixture of experts. Learnt by `daogou learn recommender`.",
            "",
            f"- products: {report['items']:,}; shoppers: {report['shoppers']:,}; visits: {report['visits']:,};"
            f" touches: {report['touches']:,}",
            f"- learnt in {report['took_s']} s",
            "",
            "## How it did",
            "",
            *_measured(report),
            "",
            "## How far each expert is believed",
            "",
            _weighed(report),
            "",
            *_table([["known of the shopper from", *report["weights"]], *_levels(report)]),
            "",
            "## What it is not for",
            "",
            "It knows what was clicked and bought, not what is good for anybody: what is popular is shown and becomes more popular."
            " It holds no shopper's data: histories stay in the event log, and erasing a shopper there erases them here. The counts"
            " behind its reasons are those of the whole log at the time of learning; learn again after many erasures.",
            "",
        ]
    )


def _measured(report: Mapping[str, Any]) -> list[str]:
    mixture = report["mixture"]
    if not mixture["visits"]:
        return ["No visits were left to measure on: too few shoppers came twice."]
    rows = [["", "recall@10", "NDCG@10"], _figures("**mixture**", mixture)]
    rows += [_figures(name, told) for name, told in report["experts"].items()]
    new = report["new_products"]
    return [
        f"Next visits from {report['test_from']} on, {mixture['visits']:,} of them, foretold from what the shopper had done before;"
        " nothing from that time on was learnt from. Every product is ranked against every other, what was bought before"
        " included. 95 % intervals by bootstrap over shoppers.",
        "",
        *_table(rows),
        "",
        f"Products that nobody had touched before: recall@10 {new['recall@10']:.3f} ({new['visits']:,} visits).",
    ]


def _figures(name: str, told: Mapping[str, Any]) -> list[str]:
    return [name, *(f"{told[key]:.4f} ({told[f'{key} 95%'][0]:.4f} to {told[f'{key} 95%'][1]:.4f})" for key in _KEYS)]


_KEYS = ("recall@10", "ndcg@10")


def _weighed(report: Mapping[str, Any]) -> str:
    count = report["weights_from"]
    if not report["weights_fitted"]:
        return f"Taken as given: {count} visits were left to fit weights on, too few."
    return f"Fitted by expectation maximisation on {count:,} visits that the experts had not seen."


def _levels(report: Mapping[str, Any]) -> list[list[str]]:
    starts = ["nothing", *(f"{level:.3g}" for level in report["levels"])]
    columns = list(report["weights"].values())
    return [[start, *(f"{column[row]:.3f}" for column in columns)] for row, start in enumerate(starts)]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return [head, "|" + " --- |" * len(rows[0]), *body]
