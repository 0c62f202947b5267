"""The curve of faults found by requests sent, drawn as SVG. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

WIDTH, HEIGHT = 640, 360
LEFT, BOTTOM, TOP, RIGHT = 48, 40, 16, 16
STYLES: Final = ('stroke="#0b62a3" stroke-width="2"', 'stroke="#767676" stroke-width="2" stroke-dasharray="5 4"')
TICKS: Final = (0, 1000, 2000, 3000, 4000, 5000, 6000)
FONT: Final = 'font-family="sans-serif" font-size="12"'


def svg(curves: Mapping[str, tuple[Sequence[int], int]]) -> str:
    """A picture of curves by their names: after how many requests each fault was found, and of how many faults."""
    most = max(TICKS[-1], *(requests[-1] for requests, _ in curves.values()))

    def across(requests: float) -> float:
        return LEFT + requests / most * (WIDTH - LEFT - RIGHT)

    def up(share: float) -> float:
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {FONT}>']
    parts.append("<title>Faults found by requests sent</title>")
    parts.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    for percent in (0, 25, 50, 75, 100):
        y = up(percent / 100)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>')
    y = HEIGHT - BOTTOM + 18
    parts += [f'<text x="{across(tick):.1f}" y="{y}" text-anchor="middle">{tick:,}</text>' for tick in TICKS]
    for number, (name, (requests, of)) in enumerate(curves.items()):
        steps = "".join(f"H{across(at):.1f}V{up(done / of):.1f}" for done, at in enumerate(requests, start=1))
        parts.append(f'<path d="M{LEFT} {up(0):.1f}{steps}" fill="none" {STYLES[number]}/>')
        y = up(0.2) + 18 * number
        parts.append(f'<path d="M{WIDTH - 250} {y - 4:.1f}h24" {STYLES[number]}/>')
        parts.append(f'<text x="{WIDTH - 220}" y="{y:.1f}">{name} ({of} faults)</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">requests sent</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
