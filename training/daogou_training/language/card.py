"""The model card (Mitchell et al. 2019): what it is, what it read, how it did, what it is not for."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from daogou_training.language.training import Moment
from daogou_training.text.gathering import Gathered

CHINCHILLA = 20  # tokens per parameter that a compute-optimal run sees (Hoffmann et al. 2022)
WIDTH, HEIGHT, MARGIN = 720, 320, 48
POINTS = 240  # at most: each the mean of its stretch


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
            "Invented shops are made by `daogou_training/text` from the thesaurus with made-up brands. Real shops lend their product rows."
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


def curve_svg(moments: Sequence[Moment], title: str) -> str:
    """Nats per token of the texts, and nats of the choices on the same axis, over the tokens seen."""
    lines = {
        "text, nats per token": [(it.tokens, it.text) for it in moments],
        "choice, nats": [(it.tokens, it.listwise) for it in moments if not math.isnan(it.listwise)],
    }
    highest = max((value for points in lines.values() for _, value in _thinned(points)), default=1.0)
    furthest = max((it.tokens for it in moments), default=1)
    drawn = [
        _line(name, _thinned(points), colour, 20 + 18 * number, highest, furthest)
        for number, ((name, points), colour) in enumerate(zip(lines.items(), ("#0a6", "#a40"), strict=True))
        if points
    ]
    return "\n".join([_head(title), *_axes(highest, furthest), *drawn, "</svg>\n"])


def _thinned(points: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    size = max(1, math.ceil(len(points) / POINTS))
    parts = [points[start : start + size] for start in range(0, len(points), size)]
    return [(part[-1][0], sum(value for _, value in part) / len(part)) for part in parts]


def _place(tokens: float, value: float, highest: float, furthest: float) -> str:
    across = MARGIN + (WIDTH - 2 * MARGIN) * tokens / furthest
    down = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / highest
    return f"{across:.1f},{down:.1f}"


def _line(
    name: str, points: Sequence[tuple[float, float]], colour: str, down: int, highest: float, furthest: float
) -> str:
    path = " ".join(_place(tokens, value, highest, furthest) for tokens, value in points)
    label = f'<text x="{WIDTH - 200}" y="{down}" fill="{colour}">{escape(name)}: {points[-1][1]:.2f}</text>'
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{path}"/>{label}'


def _head(title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/><text x="{MARGIN}" y="20">{escape(title)}</text>'
    )


def _axes(highest: float, furthest: float) -> list[str]:
    bottom, right = HEIGHT - MARGIN, WIDTH - MARGIN
    ticks = [
        f'<text x="8" y="{bottom - (bottom - MARGIN) * part / 4 + 4:.0f}">{highest * part / 4:.1f}</text>'
        for part in range(5)
    ]
    return [
        f'<path d="M{MARGIN} {MARGIN}V{bottom}H{right}" fill="none" stroke="#888"/>',
        *ticks,
        f'<text x="{right}" y="{bottom + 24}" text-anchor="end">{furthest / 1e6:.1f} million tokens</text>',
    ]
