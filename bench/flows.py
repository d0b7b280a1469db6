"""How fast flows run: python -m bench.flows --json flows.json

- intake: deliveries of 300 bytes in the inbox of flows become operations;
- operations of one step, each sent to a target that answers at once, by the runner as `serve`
  starts it, with every sync of every file made to take 5 ms longer;
- with 100,000 operations waiting: how long choosing the next ones takes, how long the runner takes
  from its start to the first request, and what it holds in memory;
- at rest, with one flow: what the runner computes in ten seconds, and what it holds in memory.

Every delivery must have become an operation, and every operation of one step must be done.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.flow_files import begin_flow, deliver, let_wait, store_of
from bench.machine import machine, median, slow_disk, write_json
from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.filling.filters import FilterSettings
from flows.sources.deliveries import DeliveryIntake
from flows.store import operations
from receiver.data_dir import DataDir

WAITING = 100_000
_STEP = """
[[steps]]
kind = "http"
method = "POST"
url = "http://127.0.0.1:PORT/"
body.json = '{"phone": "{{Phone | phone}}", "name": "{{Name}}", "id": "{{id}}"}'
"""
_KEYS = 'key = "{{id}}"\norder_by = "{{Phone}}"'
_ROOT = Path(__file__).parent.parent
_HOUR = 3600.0


@dataclass(slots=True)
class QuickTarget:
    """Answers at once; `arrived`: when requests came in whole."""

    port: int = 0
    arrived: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """Rates a second; MiB."""

    intake_rate: float
    one_step_rate: float
    commit_ms: float
    next_ms: float
    start_seconds: float
    waiting_mib: float
    rest_cpu_milliseconds_per_second: float
    rest_mib: float


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.flows", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--operations", type=int, default=1_000)
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="on the disk to measure")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on = machine()
    print(*(f"{name}: {text}" for name, text in on.items()), sep="\n")
    asked.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=asked.work.resolve()) as name, _target() as target:
        place = Path(name)
        intake = measure_intake(place / "intake", asked.deliveries)
        one_step = measure_one_step(place / "steps", target, asked.operations, slow_disk(place))
        waiting = measure_waiting(place / "waiting", target)
        rest = measure_rest(place / "rest")
    figures = FlowFigures(intake, *one_step, *waiting, *rest)
    print(*(f"{name}: {value:.2f}" for name, value in asdict(figures).items()), sep="\n")
    write_json(asked.json, {"machine": on, "figures": asdict(figures)})


def measure_intake(data_dir: Path, count: int) -> float:
    """Deliveries a second."""
    begin_flow(data_dir, _KEYS)
    deliver(data_dir, count)
    place = DataDir(data_dir)
    contacts = ContactHashes(place.person_key)
    book, settings = FlowBook(), FilterSettings(ZoneInfo("Europe/Moscow"))
    with store_of(data_dir) as store, closing(store.reader()) as db:
        book.refresh(db)
        intake = DeliveryIntake(place.flows_inbox, store, book, settings, contacts)
        started = time.perf_counter()
        while intake.take():
            pass
        seconds = time.perf_counter() - started
        intake.close()
        (kept,) = db.execute("select count(*) from operations").fetchone()
        assert kept == count, f"{count} deliveries, {kept} operations"
    return count / seconds


def measure_one_step(
    data_dir: Path, target: QuickTarget, count: int, slow: Mapping[str, str]
) -> tuple[float, float]:
    """Operations a second, from the first request to the last; and how many milliseconds a commit
    took that did nothing else."""
    begin_flow(data_dir, step=_STEP.replace("PORT", str(target.port)))
    deliver(data_dir, count)
    target.arrived.clear()
    with _running(data_dir, target, {**slow, "SLOW_EVERYWHERE": "1"}):
        _wait_until(lambda: len(target.arrived) >= count)
    took = target.arrived[-1] - target.arrived[0]
    with store_of(data_dir) as store, closing(store.reader()) as db:
        rows = db.execute("select state, count(*) from operations group by state")
        assert {row[0] for row in rows} <= {"done", "running"}, "an operation is not done"
    assert len(target.arrived) == count, "a request was sent twice"
    return (count - 1) / took, _commit_milliseconds(data_dir)


def measure_waiting(data_dir: Path, target: QuickTarget) -> tuple[float, float, float]:
    """Milliseconds to choose the next ones, seconds to the first request, MiB of the runner."""
    begin_flow(data_dir, step=_STEP.replace("PORT", str(target.port)))
    let_wait(data_dir, WAITING, time.time() + _HOUR)
    deliver(data_dir, 1)
    target.arrived.clear()
    started = time.monotonic()
    with _running(data_dir, target) as process:
        _wait_until(lambda: bool(target.arrived))
        seconds = target.arrived[0] - started
        time.sleep(2)
        memory = _mib(process.pid)
    return _next_milliseconds(data_dir), seconds, memory


def _next_milliseconds(data_dir: Path) -> float:
    """Of all that wait, now due. Nothing of it is kept."""
    took = []
    with store_of(data_dir) as store, closing(store.reader()) as db:
        for _ in range(50):
            started = time.perf_counter()
            operations.next_due_at(db)
            took.append(time.perf_counter() - started)
        for _ in range(50):
            started = time.perf_counter()
            taken = store.write(lambda db: operations.take_due(db, time.time() + 2 * _HOUR, 8))
            took.append(time.perf_counter() - started)
            assert len(taken) == 8
    return max(median(took[:50]), median(took[50:])) * 1000


def measure_rest(data_dir: Path) -> tuple[float, float]:
    """Milliseconds computed each second, and MiB."""
    begin_flow(data_dir)
    with _running(data_dir, None) as process:
        time.sleep(5)
        before, began = _cpu(process.pid), time.monotonic()
        time.sleep(10)
        computed = _cpu(process.pid) - before
        return computed / (time.monotonic() - began) * 1000, _mib(process.pid)


def _commit_milliseconds(data_dir: Path) -> float:
    took = []
    with store_of(data_dir) as store:
        for _ in range(50):
            started = time.perf_counter()
            store.write(operations.next_change)
            took.append(time.perf_counter() - started)
    return median(took) * 1000


@contextmanager
def _target() -> Iterator[QuickTarget]:
    target = QuickTarget()

    class Noted(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            self.rfile.read(int(self.headers["Content-Length"]))
            target.arrived.append(time.monotonic())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *values: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Noted) as server:
        target.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield target
        server.shutdown()


@contextmanager
def _running(
    data_dir: Path, target: QuickTarget | None, environ: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The runner, as `serve` starts it."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CALLTOUCH_")}
    given = {"CALLTOUCH_DATA_DIR": str(data_dir), **(environ or {})}
    if target is not None:
        given["CALLTOUCH_FLOW_ALLOWED_PORTS"] = str(target.port)
        given["CALLTOUCH_FLOW_ALLOWED_NETWORKS"] = "127.0.0.1/32"
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "flow", "run"],
        env=kept | given,
        cwd=_ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < deadline, "the runner does not get on"
        time.sleep(0.01)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main()
