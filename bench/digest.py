"""How fast deliveries become leads: python -m bench.digest --json digest.json

Whole simulated lives, both models, from inbox segments into an empty store: decoded, folded with
their history, archived and published. In turn with it, in every round

- the same rebuilt from the archive,
- dlt `merge` by primary key of the same deliveries, as dicts (parsed as a user would) and as a
  ready Arrow table (no decoding); neither keeps a history.

Ratios are of the same round; medians of the rounds are shown. --deliveries 1000000 is the full run.
dlt is installed from PyPI into an environment under the work directory.
"""

import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson

from bench.machine import machine, median, peak_of_tree, write_json
from bench.workload import Workload, make_workload
from receiver.data_dir import DataDir

DLT = "dlt[duckdb]==1.31.*"
_ROAD = {
    "digest": "digest = Digest(settings); digest.finish()",
    "rebuild": "rebuild(settings, settings.data_dir / 'again.duckdb')",
}
_PROGRAM = """
import resource, sys, time
from receiver.digest.running import Digest
from receiver.digest.rebuild import rebuild
from receiver.settings.settings import Settings
settings = Settings.load({{"CALLTOUCH_DATA_DIR": sys.argv[1]}})
started = time.monotonic()
{road}
seconds = time.monotonic() - started
of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(seconds, sum(usage.ru_utime + usage.ru_stime for usage in of))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of the process and those it starts, all threads. `cpu_seconds`: None where not asked."""

    seconds: float
    peak_mib: float
    cpu_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Round:
    digest: Measured
    rebuild: Measured
    dicts: Measured | None
    arrow: Measured
    leads: int
    sizes_mib: Mapping[str, float]


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.digest", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dict-rounds", type=int, default=5, help="dicts are the slow yardstick")
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="kept between runs")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on = machine()
    work = make_workload(asked.work.resolve(), asked.deliveries)
    python = _dlt_python(asked.work.resolve())
    rounds = []
    for number in range(asked.rounds):
        rounds.append(_round(work, python, with_dicts=number < asked.dict_rounds))
        print(f"round {number + 1}: {_line(rounds[-1])}", flush=True)
    found = summary(rounds, asked.deliveries)
    print(*(f"{name:38} {value:12,.2f}" for name, value in found.items()), sep="\n")
    print(f"on {orjson.dumps(on).decode()}")
    write_json(
        asked.json,
        {
            "machine": on,
            "deliveries": asked.deliveries,
            "rounds": [asdict(one) for one in rounds],
            "medians": found,
        },
    )


def summary(rounds: Sequence[Round], deliveries: int) -> dict[str, float]:
    """Medians; ratios are made round by round first."""
    dicts = [(one, one.dicts) for one in rounds if one.dicts]
    found = {
        "digest, deliveries/s": median([deliveries / one.digest.seconds for one in rounds]),
        "rebuild, deliveries/s": median([deliveries / one.rebuild.seconds for one in rounds]),
        "dlt arrow, deliveries/s": median([deliveries / one.arrow.seconds for one in rounds]),
        "digest / dlt arrow": median([one.arrow.seconds / one.digest.seconds for one in rounds]),
        "rebuild time / digest time": median(
            [one.rebuild.seconds / one.digest.seconds for one in rounds]
        ),
        "digest, peak MiB": max(one.digest.peak_mib for one in rounds),
        "rebuild, peak MiB": max(one.rebuild.peak_mib for one in rounds),
        "store / zstd Parquet": median(
            [one.sizes_mib["store"] / one.sizes_mib["parquet"] for one in rounds]
        ),
    }
    if dicts:
        found["dlt dicts, deliveries/s"] = median([deliveries / slow.seconds for _, slow in dicts])
        found["digest / dlt dicts"] = median(
            [slow.seconds / one.digest.seconds for one, slow in dicts]
        )
    return found


def _round(work: Workload, python: Path, with_dicts: bool) -> Round:
    place = work.directory / "round"
    shutil.rmtree(place, ignore_errors=True)
    data = place / "data"
    work.lay_into(data)
    digest = _ours("digest", data)
    rebuild = _ours("rebuild", data)
    leads = _same_leads(data)
    sizes = {
        "store": DataDir(data).published.stat().st_size / 2**20,
        "rebuilt": (data / "again.duckdb").stat().st_size / 2**20,
        "parquet": work.raw.stat().st_size / 2**20,
        "archive": sum(f.stat().st_size for f in DataDir(data).archive.iterdir()) / 2**20,
    }
    arrow = _dlt(python, "arrow", work.wide, place / "arrow", leads)
    dicts = _dlt(python, "dicts", work.raw, place / "dicts", leads) if with_dicts else None
    shutil.rmtree(place)
    return Round(digest, rebuild, dicts, arrow, leads, sizes)


def _same_leads(data: Path) -> int:
    """How many; nothing is measured that did not do the whole work."""
    counts = []
    for path in (DataDir(data).published, data / "again.duckdb"):
        with duckdb.connect(str(path), read_only=True) as db:
            counts.append(db.execute("select count(*) from leads").fetchall()[0][0])
    assert counts[0] == counts[1] > 0, counts
    return int(counts[0])


def _ours(what: str, data: Path) -> Measured:
    command = [sys.executable, "-c", _PROGRAM.format(road=_ROAD[what]), str(data)]
    with subprocess.Popen(command, env=_environ(), stdout=subprocess.PIPE, text=True) as process:
        peak_mib = peak_of_tree(process)
        assert process.stdout
        seconds, cpu_seconds = map(float, process.stdout.read().split()[-2:])
    assert process.returncode == 0
    return Measured(seconds, peak_mib, cpu_seconds)


def _dlt(python: Path, shape: str, parquet: Path, place: Path, leads: int) -> Measured:
    place.mkdir(parents=True)
    script = Path(__file__).with_name("dlt_merge.py")
    said = orjson.loads(_run([python, script, shape, parquet, place]).splitlines()[-1])
    assert said["leads"] == leads, f"dlt has {said['leads']} leads, the store {leads}"
    return Measured(said["seconds"], said["peak_mib"])


def _run(command: Sequence[str | Path]) -> str:
    return subprocess.run(
        command, env=_environ(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _environ() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("CALLTOUCH_")}


def _dlt_python(work: Path) -> Path:
    """The interpreter of an environment with dlt in it, made if there is none."""
    place = work / "dlt"
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", DLT, "pyarrow"], check=True)
        (place / "installed").touch()
    return python


def _line(one: Round) -> str:
    parts: dict[str, Any] = {"digest": one.digest, "rebuild": one.rebuild, "arrow": one.arrow}
    if one.dicts:
        parts["dicts"] = one.dicts
    shown = ", ".join(f"{name} {part.seconds:.1f} s" for name, part in parts.items())
    return f"{shown}; load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
