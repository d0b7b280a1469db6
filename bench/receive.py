"""How fast deliveries are received: python -m bench.receive --json receive.json

wrk posts a recorded call-end webhook of 2.5 kB over loopback, in turn to

- the receiver as `calltouch serve` runs it: every 200 is on the disk,
- the same, each of its syncs made to take 5 ms longer,
- bare Flask that answers OK and keeps nothing, under the same gunicorn, worker class and options.

Ratios are of the same round; medians of the rounds are shown. Every delivery that was answered 200
must be in the inbox. What a sync takes here is measured in every round too: on a machine whose
cores are busy it takes many times what the disk needs.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import orjson
import requests

from bench.machine import machine, median, write_json
from calltouch.cli.serve import gunicorn_command
from calltouch.listeners import listen
from receiver.data_dir import DataDir
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.ops.metrics import forget

WORKERS, THREADS = 2, 16
SLOWER_MICROSECONDS = 5_000
RECEIVER, SLOWED, BARE = "receiver", "receiver, sync + 5 ms", "bare Flask"
_HERE = Path(__file__).parent
_BODY = _HERE.parent / "tests" / "samples" / "webhook_call_end.DERIVED.urlencoded.txt"
_SHIM = _HERE.parent / "tests" / "faults" / "durability" / "failing_disk.c"
_PACKAGES = ("flask", "werkzeug", "gunicorn")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of wrk: answers a second, milliseconds, and what the workers computed for each."""

    answers: int
    rate: float
    p50: float
    p99: float
    slowest: float
    cpu_microseconds: float


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `data_dir` is None for one that keeps nothing."""

    name: str
    url: str
    master: int
    data_dir: Path | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Medians over the rounds of one server, and of its ratios to others in the same round."""

    clients: int
    server: str
    rate: float
    p50: float
    p99: float
    slowest: float
    cpu_microseconds: float
    rate_of_bare: float
    p99_of_bare: float
    rate_of_receiver: float
    rounds: list[Measured]


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.receive", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--clients", type=int, nargs="+", default=[16, 32])
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="on the disk to measure")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on = {**machine(), **{package: version(package) for package in _PACKAGES}, "wrk": _wrk()}
    print(*(f"{name}: {text}" for name, text in on.items()), sep="\n")
    asked.work.mkdir(parents=True, exist_ok=True)
    summaries, syncs = [], []
    with _all_served(asked.work.resolve()) as servers:
        for clients in asked.clients:
            rounds, took = measure(servers, clients, asked.seconds, asked.rounds)
            summaries += summarise(clients, rounds)
            syncs += took
        memory = {server.name: _largest_worker(server.master) for server in servers}
    print(*_table(summaries), sep="\n")
    print(f"a sync here: {median(syncs):.2f} ms (medians of the rounds: {min(syncs):.2f} to "
          f"{max(syncs):.2f})")  # fmt: skip
    print(*(f"a worker of {name}: {size:.1f} MB RSS" for name, size in memory.items()), sep="\n")
    results = [asdict(summary) for summary in summaries]
    found = {"machine": on, "results": results, "sync_ms": syncs, "worker_rss_mb": memory}
    write_json(asked.json, found)


def measure(
    servers: Sequence[Served], clients: int, seconds: int, rounds: int
) -> tuple[dict[str, list[Measured]], list[float]]:
    """Each server in each round, after one run that does not count; the order turns. And the
    milliseconds of a sync in each round."""
    found: dict[str, list[Measured]] = {server.name: [] for server in servers}
    syncs = []
    answered = sum(_run(server, clients, 1).answers for server in servers if server.data_dir)
    for number in range(rounds):
        turn = number % len(servers)
        for server in [*servers[turn:], *servers[:turn]]:
            measured = _run(server, clients, seconds)
            found[server.name].append(measured)
            answered += measured.answers if server.data_dir else 0
        syncs += [_sync_milliseconds(server.data_dir) for server in servers[:1] if server.data_dir]
    kept = sum(_kept_since(server.data_dir) for server in servers if server.data_dir)
    assert kept >= answered, f"{answered} were answered 200, {kept} are kept"
    return found, syncs


def summarise(clients: int, rounds: Mapping[str, list[Measured]]) -> list[Summary]:
    return [
        Summary(
            clients=clients,
            server=name,
            rate=median([one.rate for one in runs]),
            p50=median([one.p50 for one in runs]),
            p99=median([one.p99 for one in runs]),
            slowest=max(one.slowest for one in runs),
            cpu_microseconds=median([one.cpu_microseconds for one in runs]),
            rate_of_bare=_ratio(
                [(a.rate, b.rate) for a, b in zip(runs, rounds[BARE], strict=True)]
            ),
            p99_of_bare=_ratio([(a.p99, b.p99) for a, b in zip(runs, rounds[BARE], strict=True)]),
            rate_of_receiver=_ratio(
                [(a.rate, b.rate) for a, b in zip(runs, rounds[RECEIVER], strict=True)]
            ),
            rounds=runs,
        )
        for name, runs in rounds.items()
    ]


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return median([one / other for one, other in pairs])


def _run(server: Served, clients: int, seconds: int) -> Measured:
    command = ["wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s"]
    script = ["-s", str(_HERE / "receive.lua"), f"{server.url}/webhook", "--", str(_BODY)]
    before = _cpu_seconds(server.master)
    done = subprocess.run([*command, *script], capture_output=True, text=True, check=True)
    told = orjson.loads(done.stdout.strip().splitlines()[-1])
    assert told["wrong"] == 0, f"{server.name}: {done.stdout}"
    return Measured(
        answers=told["answers"],
        rate=told["answers"] / told["seconds"],
        p50=told["p50"],
        p99=told["p99"],
        slowest=told["slowest"],
        cpu_microseconds=(_cpu_seconds(server.master) - before) / told["answers"] * 1e6,
    )


def _wrk() -> str:
    told = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout
    return told.partition("[")[0].strip()


def _sync_milliseconds(directory: Path) -> float:
    """The median of some, each of one delivery's bytes."""
    took = []
    with (directory / "synced").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(_BODY.read_bytes())
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    return median(took) * 1000


def _kept_since(data_dir: Path) -> int:
    """How many deliveries the inbox holds since the last look."""
    reader = InboxReader(DataDir(data_dir).inbox)
    note = data_dir / "looked_at"
    positions = orjson.loads(note.read_bytes()) if note.exists() else {}
    kept = 0
    for item in reader.look().entries(positions):
        assert isinstance(item, InboxEntry), "the inbox is damaged"
        kept += 1
        positions[item.segment] = item.position
    reader.close()
    note.write_bytes(orjson.dumps(positions))
    return kept


@contextmanager
def _all_served(work: Path) -> Iterator[list[Served]]:
    with tempfile.TemporaryDirectory(dir=work) as name, ExitStack() as stack:
        place = Path(name)
        slow = {"LD_PRELOAD": str(_shim(place)), "SLOW_MICROSECONDS": str(SLOWER_MICROSECONDS)}
        kinds = [
            (RECEIVER, "calltouch.receiver_app:load()", place / "data", {}),
            (BARE, "bench.bare:app", None, {}),
            (SLOWED, "calltouch.receiver_app:load()", place / "slow", slow),
        ]
        yield [stack.enter_context(_served(*kind)) for kind in kinds]


@contextmanager
def _served(
    name: str, app: str, data_dir: Path | None, environ: Mapping[str, str]
) -> Iterator[Served]:
    given = {**_environment(data_dir), **environ}
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        command = gunicorn_command(app, listener.fileno(), WORKERS, THREADS)
        process = subprocess.Popen(
            command,
            env=given,
            cwd=_HERE.parent,
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/webhook")
            yield Served(name, f"http://127.0.0.1:{port}", process.pid, data_dir)
        finally:
            process.terminate()
            process.wait(60)
            if data_dir:
                forget(data_dir)


def _environment(data_dir: Path | None) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CALLTOUCH_")}
    kept["CALLTOUCH_ALLOWED_NETWORKS"] = "92.118.66.0/23,127.0.0.0/8"
    return kept | ({"CALLTOUCH_DATA_DIR": str(data_dir)} if data_dir else {})


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            requests.post(url, data=_BODY.read_bytes(), timeout=5).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    sys.exit(f"nothing answers at {url}")


def _shim(place: Path) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc") or sys.exit("a C compiler is needed")
    library = place / "slow_disk.so"
    flags = ["-shared", "-fPIC", "-O1", "-o", str(library), str(_SHIM), "-ldl"]
    subprocess.run([compiler, *flags], check=True)
    return library


def _workers(master: int) -> list[Path]:
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [Path("/proc") / child for child in children]


def _cpu_seconds(master: int) -> float:
    """What the workers have computed so far."""
    fields = [(one / "stat").read_text().rpartition(")")[2].split() for one in _workers(master)]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def _largest_worker(master: int) -> float:
    """RSS in megabytes, after all that was received."""
    lines = [line for one in _workers(master) for line in (one / "status").read_text().splitlines()]
    return max(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS:"))


def _table(summaries: Sequence[Summary]) -> Iterator[str]:
    yield "clients | server | a second | ÷ bare | p50 ms | p99 ms | ÷ bare | slowest ms | CPU µs"
    for one in summaries:
        yield (
            f"{one.clients:7} | {one.server} | {one.rate:.0f} | {one.rate_of_bare:.2f} | "
            f"{one.p50:.2f} | {one.p99:.2f} | {one.p99_of_bare:.2f} | {one.slowest:.0f} | "
            f"{one.cpu_microseconds:.0f}"
        )
        if one.server == SLOWED:
            yield f"        | … ÷ the receiver at normal sync: {one.rate_of_receiver:.2f}"


if __name__ == "__main__":
    main()
