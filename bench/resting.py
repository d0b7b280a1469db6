"""What a restart of digest, and digest at rest, cost over histories of several lengths:
python -m bench.resting --leads 10000 1000000 --json resting.json

`calltouch digest` over a data directory with that many leads, twice as many deliveries and an
archive of two years (`history`), with nothing in the inbox: from its start until it has rested for
five seconds; the minute after that; 1,000 deliveries, the second time, until they are published and
digest rests again, less what it costs to rest that long; a kill, and the start after it. Processor
seconds of digest and the processes it starts, and bytes that they asked the system for, whether or
not those were in memory. The history is the only thing that differs, so it is by the ratios that
one sees what grows with it.
"""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import duckdb

from bench.history import make_history
from bench.machine import machine, resident, write_json
from bench.workload import simulated
from receiver.data_dir import DataDir
from receiver.inbox.writer import InboxWriter

BATCH = 1_000
_RESTED_SECONDS = 5.0
_AT_REST_CPU = 0.4
"""Of those seconds; a start or a publication takes more."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu`: seconds. `read`: bytes."""

    cpu: float
    read: int

    def since(self, before: "Usage") -> "Usage":
        return Usage(self.cpu - before.cpu, self.read - before.read)


@dataclass(frozen=True, slots=True)
class RestCosts:
    leads: int
    files: int
    restart: Usage
    killed: Usage
    minute: Usage
    batch: Usage
    resident_mib: float


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.resting", description=__doc__)
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=int, default=60, help="of rest")
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="kept between runs")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on = machine()
    found = [costs(asked.work.resolve(), leads, asked.seconds) for leads in asked.leads]
    print(as_markdown(found, asked.seconds))
    print(on)
    write_json(asked.json, {"machine": on, "costs": [asdict(one) for one in found]})


def costs(work: Path, leads: int, seconds: int) -> RestCosts:
    place = make_history(work, leads)
    with _digesting(place) as pid:
        # The first start counts everything.
        until_rest(pid, place)
    with _digesting(place) as pid:
        restart = until_rest(pid, place)
        before = usage(pid)
        time.sleep(seconds)
        minute = usage(pid).since(before)
        resident_mib = resident(pid)
        spent = [_batch(place, pid, minute, seconds) for _ in range(2)]
        os.kill(pid, signal.SIGKILL)
    with _digesting(place) as pid:
        killed = until_rest(pid, place)
    files = len(list(DataDir(place).archive.glob("*.parquet")))
    return RestCosts(leads, files, restart, killed, minute, spent[-1], resident_mib)


def _batch(place: Path, pid: int, minute: Usage, seconds: int) -> Usage:
    before, started = usage(pid), time.monotonic()
    last = _last_published(place)
    inbox = InboxWriter(DataDir(place).inbox)
    inbox.put_all(list(islice(simulated(BATCH), BATCH)))
    inbox.close()
    while _last_published(place) < last + BATCH:
        time.sleep(0.1)
    until_rest(pid, place)
    part = (time.monotonic() - started) / seconds
    spent = usage(pid).since(before)
    return Usage(spent.cpu - minute.cpu * part, spent.read - int(minute.read * part))


def until_rest(pid: int, place: Path) -> Usage:
    """What it has used when it has hardly used anything for a while, twice: a process that a busy
    machine keeps waiting looks like one at rest."""
    before, quiet = usage(pid), 0
    while True:
        time.sleep(_RESTED_SECONDS)
        now = usage(pid)
        is_quiet = _is_up(pid, place) and now.since(before).cpu < _AT_REST_CPU
        quiet = quiet + 1 if is_quiet else 0
        if quiet == 2:
            return before
        before = now


def _is_up(pid: int, place: Path) -> bool:
    """It has opened its store, and waits for no process."""
    process, store = Path(f"/proc/{pid}"), str(DataDir(place).store)
    with suppress(FileNotFoundError):
        opened = [str(link.readlink()) for link in (process / "fd").iterdir()]
        children = [task.read_text() for task in process.glob("task/*/children")]
        return store in opened and not any(children)
    return False


def usage(pid: int) -> Usage:
    """Of a process, with those children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    io = dict(
        line.split(": ")
        for line in Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    )
    return Usage(sum(map(int, fields[11:15])) / _TICKS, int(io["rchar"]))


def _last_published(place: Path) -> int:
    with duckdb.connect(str(DataDir(place).published), read_only=True) as db:
        return int(db.execute("select last_delivery_id from freshness").fetchall()[0][0])


@contextmanager
def _digesting(place: Path) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "digest"],
        env={**os.environ, "CALLTOUCH_DATA_DIR": str(place)},
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def as_markdown(found: list[RestCosts], seconds: int) -> str:
    lines = [
        f"| leads | restart | after a kill | {seconds} s at rest | 1,000 deliveries | memory |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.leads:,} | {_said(one.restart)} | {_said(one.killed)} "
        f"| {_said(one.minute)} | {_said(one.batch)} | {one.resident_mib:.0f} MiB |"
        for one in found
    ]
    return "\n".join(lines)


def _said(used: Usage) -> str:
    return f"{used.cpu:.2f} s, {used.read / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
