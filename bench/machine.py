"""What a measurement was made on, and how its figures are put."""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

SLOWER_MICROSECONDS = 5_000
_PACKAGES = ("duckdb", "pyarrow", "orjson")
_SHIM = Path(__file__).parent.parent / "tests" / "faults" / "durability" / "failing_disk.c"


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


def slow_disk(place: Path) -> dict[str, str]:
    """The environment in which each sync of an inbox takes 5 ms longer; with `SLOW_EVERYWHERE`
    every sync does. Its library is made in `place`."""
    compiler = shutil.which("gcc") or shutil.which("cc") or sys.exit("a C compiler is needed")
    library = place / "slow_disk.so"
    flags = ["-shared", "-fPIC", "-O1", "-o", str(library), str(_SHIM), "-ldl"]
    subprocess.run([compiler, *flags], check=True)
    return {"LD_PRELOAD": str(library), "SLOW_MICROSECONDS": str(SLOWER_MICROSECONDS)}


def peak_of_tree(process: subprocess.Popen[str]) -> float:
    """MiB that a process and all below it hold at most until it ends, what they share counted
    once; looked at ten times a second."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_kib, _tree(process.pid))))
        time.sleep(0.1)
    return peak / 1024


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _tree(int(child))


def _kib(pid: int) -> int:
    """Proportional set size; 0 of a process that has just gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def resident(pid: int) -> float:
    """MiB of a process that are in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def write_json(path: Path | None, document: dict[str, Any]) -> None:
    if path:
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
