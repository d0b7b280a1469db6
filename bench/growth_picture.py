"""Time of a batch and size of the store against the leads in it, from what `bench.growing` found:
python -m bench.growth_picture growing.json docs/growth.svg
"""

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from bench.machine import median

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 340, 250, 56, 40, 200
_STYLE = (
    "<style>text{font:12px sans-serif;fill:#444}.t{font-weight:bold}"
    ".g{stroke:#ddd}.l{fill:none;stroke:#2a6fdb;stroke-width:2}.p{fill:#2a6fdb}</style>"
)


def main() -> None:
    found = orjson.loads(Path(sys.argv[1]).read_bytes())
    rows = sorted(zip(found["leads"], found["batch"], found["bytes"], strict=True))
    leads = [row[0] for row in rows]
    seconds = [median(row[1]) for row in rows]
    mebibytes = [row[2] / 2**20 for row in rows]
    size = f'width="{2 * _WIDTH}" height="{_HEIGHT}" viewBox="0 0 {2 * _WIDTH} {_HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_STYLE}',
        '<rect width="100%" height="100%" fill="#fff"/>',
        *_chart(0, "A batch of 1,000 deliveries, s", leads, seconds, _linear(2 * max(seconds))),
        *_chart(_WIDTH, "The store, MiB (steps of ten)", leads, mebibytes, _by_tens(mebibytes)),
        "</svg>",
    ]
    Path(sys.argv[2]).write_text("\n".join(parts) + "\n", encoding="utf-8")


def _chart(
    shift: int,
    title: str,
    leads: Sequence[int],
    values: Sequence[float],
    height: Callable[[float], float],
) -> list[str]:
    xs = [_LEFT + 80 * n for n in range(len(leads))]
    ys = [_BOTTOM - height(value) * (_BOTTOM - _TOP) for value in values]
    parts = [f'<g transform="translate({shift} 0)"><text class="t" x="8" y="20">{title}</text>']
    parts.append(f'<path class="g" d="M{_LEFT - 20} {_BOTTOM}H{xs[-1] + 20}"/>')
    line = " L".join(f"{x} {y:.0f}" for x, y in zip(xs, ys, strict=True))
    parts.append(f'<path class="l" d="M{line}"/>')
    for x, y, lead, value in zip(xs, ys, leads, values, strict=True):
        label = f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
        parts.append(f'<circle class="p" cx="{x}" cy="{y:.0f}" r="4"/>')
        parts.append(f'<text x="{x}" y="{y - 10:.0f}" text-anchor="middle">{label}</text>')
        parts.append(f'<text x="{x}" y="{_BOTTOM + 20}" text-anchor="middle">{lead:,}</text>')
    return [*parts, f'<text x="{_LEFT}" y="{_BOTTOM + 40}">leads in the store</text></g>']


def _linear(most: float) -> Callable[[float], float]:
    return lambda value: value / most


def _by_tens(values: Sequence[float]) -> Callable[[float], float]:
    least, most = math.log10(min(values)) - 0.3, math.log10(max(values)) + 0.3
    return lambda value: (math.log10(value) - least) / (most - least)


if __name__ == "__main__":
    main()
