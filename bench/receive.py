"""How fast deliveries are received: python -m bench.receive --json receive.json

wrk posts a recorded call-end webhook of 2.5 kB over loopback, in turn to

- the receiver as `calltouch serve` runs it: every 200 is on the disk,
- the same at the address of a flow,
- the receiver, each of its syncs made to take 5 ms longer,
- bare Flask that answers OK and keeps nothing, under the same gunicorn, worker class and options.

Ratios are of the same round; medians of the rounds are shown. Every delivery that was answered 200
must be in the inbox. What a sync takes here is measured in every round too: on a machine whose
cores are busy it takes many times what the disk needs.
"""

import os
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

import orjson

from bench.flow_files import begin_flow
from bench.machine import machine, median, slow_disk, write_json
from bench.served import Served, cpu_seconds, largest_worker, served
from receiver.data_dir import DataDir
from receiver.inbox.reader import InboxEntry, InboxReader

RECEIVER, SLOWED, BARE = "receiver", "receiver, sync + 5 ms", "bare Flask"
FLOW = "address of a flow"
_HERE = Path(__file__).parent
_BODY = _HERE.parent / "tests" / "samples" / "webhook_call_end.DERIVED.urlencoded.txt"
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
        memory = {server.name: largest_worker(server.master) for server in servers}
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
    kept = sum(map(_kept_since, {server.data_dir for server in servers if server.data_dir}))
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
    script = ["-s", str(_HERE / "receive.lua"), server.url, "--", str(_BODY)]
    before = cpu_seconds(server.master)
    done = subprocess.run([*command, *script], capture_output=True, text=True, check=True)
    told = orjson.loads(done.stdout.strip().splitlines()[-1])
    assert told["wrong"] == 0, f"{server.name}: {done.stdout}"
    return Measured(
        answers=told["answers"],
        rate=told["answers"] / told["seconds"],
        p50=told["p50"],
        p99=told["p99"],
        slowest=told["slowest"],
        cpu_microseconds=(cpu_seconds(server.master) - before) / told["answers"] * 1e6,
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
    """How many deliveries the inboxes hold since the last look."""
    place = DataDir(data_dir)
    return sum(_kept_in(inbox) for inbox in (place.inbox, place.flows_inbox) if inbox.exists())


def _kept_in(inbox: Path) -> int:
    reader, note = InboxReader(inbox), inbox / "looked_at"
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
        webhooks, load = "/webhook", "calltouch.receiver_app:load()"
        path, body = begin_flow(place / "data"), _BODY.read_bytes()
        kinds = [
            (RECEIVER, load, place / "data", {}),
            (BARE, "bench.bare:app", None, {}),
            (SLOWED, load, place / "slow", slow_disk(place)),
        ]
        servers = [stack.enter_context(served(*kind, webhooks, body)) for kind in kinds]
        flow = replace(servers[0], name=FLOW, url=servers[0].url.replace(webhooks, path))
        yield [*servers, flow]


def _table(summaries: Sequence[Summary]) -> Iterator[str]:
    yield "clients | server | a second | ÷ bare | p50 ms | p99 ms | ÷ bare | slowest ms | CPU µs"
    for one in summaries:
        yield (
            f"{one.clients:7} | {one.server} | {one.rate:.0f} | {one.rate_of_bare:.2f} | "
            f"{one.p50:.2f} | {one.p99:.2f} | {one.p99_of_bare:.2f} | {one.slowest:.0f} | "
            f"{one.cpu_microseconds:.0f}"
        )
        if one.server in (SLOWED, FLOW):
            yield f"        | … ÷ the receiver at normal sync: {one.rate_of_receiver:.2f}"


if __name__ == "__main__":
    main()
