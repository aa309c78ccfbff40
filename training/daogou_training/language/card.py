"""The model card (Mitchell et al. 2019): what it is, what it read, how it did, what it is not for."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from daogou_training.language.training import Moment
from daogou_training.text.gathering import Gathered

CHINCHILLA = 20  # tokens per parameter that a compute-optimal run sees (Hoffmann et al. 2022)
PERPLEXITIES = ("domain", "language", "tokens", "this model", "trigram", "bits per character")
WIDTH, HEIGHT, MARGIN = 720, 320, 48
POINTS = 240  # at most: each the mean of its stretch


def card(report: Mapping[str, Any], gathered: Gathered) -> str:
    """Markdown, after `card.md` beside this file; `report` is what learn.language writes to report.json."""
    measured, parameters, seen = report["measured"], report["parameters"], report["tokens_seen"]
    form = resources.files("daogou_training.language").joinpath("card.md").read_text(encoding="utf-8")
    return form.format(
        size=report["size"],
        figures=_table(_figures(report)),
        domains=_table([["domain", "language", "texts"], *_domains(gathered)]),
        choices=measured["choices"],
        right=measured["right"],
        perplexities=_table([PERPLEXITIES, *_perplexities(measured["perplexities"])]),
        seen=seen / 1e6,
        flops=6 * parameters * seen,
        ideal=parameters * CHINCHILLA / 1e6,
        times=parameters * CHINCHILLA / max(1, seen),
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


def _perplexities(measured: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    forms = ("{domain}", "{language}", "{tokens:,}", "{model:.1f}", "{trigram:.1f}", "{bits_per_character:.2f}")
    return [[form.format(**one) for form in forms] for one in measured]


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"|{'---|' * len(rows[0])}", *body])


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
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/><text x="{MARGIN}" y="20">{escape(title)}</text>'
    )
    return "\n".join([head, *_axes(highest, furthest), *drawn, "</svg>\n"])


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
