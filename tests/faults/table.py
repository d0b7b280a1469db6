"""What the fault tests counted: noted while they run, printed as a table afterwards.

FAULTS_TABLE=counted.jsonl pytest tests/faults
python -m tests.faults.table counted.jsonl
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.faults.rounds import SEED

Figure = int | float | str


def record(test: str, **figures: Figure) -> None:
    """Note one round. Of several rounds counts (int) are added, measures (float) the worst kept."""
    path = os.environ.get("FAULTS_TABLE")
    if path:
        line = json.dumps({"test": test, "seed": SEED, "figures": figures}, ensure_ascii=False)
        with Path(path).open("a") as file:
            file.write(line + "\n")


def table(lines: Iterable[str]) -> str:
    """Markdown: one line a test, in the order in which the tests are numbered."""
    rounds: dict[str, list[dict[str, Figure]]] = defaultdict(list)
    seeds: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        noted = json.loads(line)
        rounds[noted["test"]].append(noted["figures"])
        seeds[noted["test"]].add(noted["seed"])
    rows = ["| test | rounds | counted | seed |", "| --- | ---: | --- | --- |"]
    for test in sorted(rounds):
        counted = "; ".join(f"{name.replace('_', ' ')} {_shown(figure)}"
                            for name, figure in _together(rounds[test]).items())  # fmt: skip
        numbers = ", ".join(str(seed) for seed in sorted(seeds[test]))
        rows.append(f"| {test} | {len(rounds[test])} | {counted} | {numbers} |")
    return "\n".join(rows)


def _together(rounds: list[dict[str, Figure]]) -> dict[str, Figure]:
    together: dict[str, Figure] = {}
    for figures in rounds:
        for name, figure in figures.items():
            together[name] = _added(together[name], figure) if name in together else figure
    return together


def _added(before: Any, figure: Any) -> Figure:
    if isinstance(figure, str):
        return str(before) if figure in str(before).split(", ") else f"{before}, {figure}"
    added: Figure = max(before, figure) if isinstance(figure, float) else before + figure
    return added


def _shown(figure: Figure) -> str:
    if isinstance(figure, float):
        return f"{figure:.3g}"
    return f"{figure:,}" if isinstance(figure, int) else figure


if __name__ == "__main__":
    print(table(Path(sys.argv[1]).read_text().splitlines()))
