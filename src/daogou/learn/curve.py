"""The loss curve as a picture that a browser, a repository page and a model card can show."""

import math
from collections.abc import Sequence
from html import escape

from daogou.learn.training import Moment

WIDTH, HEIGHT, MARGIN = 720, 320, 48
POINTS = 240  # at most: each the mean of its stretch


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
