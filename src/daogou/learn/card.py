"""The model card (Mitchell et al. 2019): what it is, what it read, how it did, what it is not for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from daogou.learn.text.gathering import Gathered

CHINCHILLA = 20  # tokens per parameter that a compute-optimal run sees (Hoffmann et al. 2022)


def card(report: Mapping[str, Any], gathered: Gathered) -> str:
    """Markdown; `report` is what learn.language writes to report.json."""
    return "\n".join(
        [
            f"# Daogou language model, {report['size']}",
            "",
            "A small causal language model for shopping talk in English and Chinese, trained from scratch by `daogou learn language`:"
            " it judges candidate answers (log P(r | q)), ranks products (log P(product | q)) and writes short answers and"
            " descriptions in which code fills in every figure and name.",
            "",
            *_table(_figures(report)),
            "",
            "## What it read",
            "",
            *_table([["domain", "language", "texts"], *_domains(gathered)]),
            "",
            "Invented shops are made by `learn/text` from the thesaurus with made-up brands. Real shops lend their product rows."
            " Talks about products are written by Daogou's own plain writer and its generators; no hosted model wrote any of it.",
            "",
            "![loss](loss.svg)",
            "",
            "## How it did",
            "",
            f"Of {report['measured']['choices']} held-out choices the right continuation was the likeliest in"
            f" {report['measured']['right']:.1%}. Perplexity per token on held-out texts, beside a trigram of the same training tokens:",
            "",
            *_table(
                [
                    ["domain", "language", "tokens", "this model", "trigram", "bits per character"],
                    *_perplexities(report),
                ]
            ),
            "",
            "## Scaling note",
            "",
            _scaling(report),
            "",
            "## What it is not for",
            "",
            "It knows no facts of the world and follows no instructions. It is never asked for a number, a price or a name: those are"
            " rendered from the catalogue's row. What it writes is checked statement by statement, and most of it is thrown away.",
            "",
        ]
    )


def _figures(report: Mapping[str, Any]) -> list[list[str]]:
    ratio = report["tokens_seen"] / report["parameters"]
    return [
        ["what", "figure"],
        ["architecture", "Llama, tied embeddings, byte-level BPE with single digits"],
        ["parameters", f"{report['parameters']:,}"],
        ["training", f"{report['steps']:,} steps, {report['tokens_seen']:,} tokens ({ratio:.1f} per parameter)"],
        ["corpus", f"{report['tokens_of_text']:,} tokens of text, {report['choices']:,} choices"],
        ["last loss", f"{report['last']['text']:.2f} nats per token, {report['last']['listwise']:.2f} nats per choice"],
        ["hardware and time", f"{report['hardware']}, {report['took_s'] / 60:.0f} minutes"],
        ["date", str(report["trained_on"])],
    ]


def _domains(gathered: Gathered) -> list[list[str]]:
    counted = Counter((example.domain, example.language) for example in gathered.examples)
    counted.update(("choice", choice.language) for choice in gathered.choices)
    return [[domain, language, f"{count:,}"] for (domain, language), count in sorted(counted.items())]


def _perplexities(report: Mapping[str, Any]) -> list[list[str]]:
    return [
        [
            it["domain"],
            it["language"],
            f"{it['tokens']:,}",
            f"{it['model']:.1f}",
            f"{it['trigram']:.1f}",
            f"{it['bits_per_character']:.2f}",
        ]
        for it in report["measured"]["perplexities"]
    ]


def _scaling(report: Mapping[str, Any]) -> str:
    ideal = report["parameters"] * CHINCHILLA
    flops = 6 * report["parameters"] * report["tokens_seen"]
    return (
        f"The run saw {report['tokens_seen'] / 1e6:.1f} million tokens, about {flops:.1e} floating-point operations. A compute-optimal"
        f" run of this size (Hoffmann et al. 2022) would see {ideal / 1e6:.0f} million: {ideal / max(1, report['tokens_seen']):.0f} times"
        " as much. By their fit, loss falls with tokens to the power of about -0.28 and with parameters to about -0.34, so ten times the tokens"
        " lower the reducible part of the loss by about half, and the same again needs eight times the parameters as well."
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in body)]
