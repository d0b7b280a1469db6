"""What a measurement was made on, and how its figures are put."""

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

_PACKAGES = ("duckdb", "pyarrow", "orjson")


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": os.getloadavg(),
        **{package: version(package) for package in _PACKAGES},
    }


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def write_json(path: Path | None, document: dict[str, Any]) -> None:
    if path:
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
