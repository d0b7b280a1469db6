"""Whether digest stays fast as the store grows: python -m bench.growing --json growing.json

For stores of several sizes (--leads 10000 1000000), in turn: the time of a batch of --batch fresh
deliveries, decoded and folded. Ratios are to the first store, of the same round. The stores are
made by SQL and have no archive, of which digest complains at the end.

Then, for the last store: `calltouch digest` at rest, and 50 deliveries a second put into its inbox:
the seconds from the sync of a delivery until the published file shows it, the share of the time
that goes into publishing, and the memory of digest.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import duckdb

from bench.big_store import make_big_store
from bench.machine import machine, median, resident, write_json
from bench.workload import simulated
from receiver.data_dir import DataDir
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.running import Digest
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings

PER_SECOND = 50
REST_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Visible:
    """Seconds from the sync to the published file; share of the time spent publishing; MiB of
    digest at rest, before the stream and after it."""

    deliveries: int
    median: float
    p95: float
    publishing: float
    rss_at_start: float
    rss_after: float


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.growing", description=__doc__)
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=60, help="of the steady stream")
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="kept between runs")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on, work = machine(), asked.work.resolve()
    places = [_data_dir(work, leads) for leads in asked.leads]
    sizes = [DataDir(place).store.stat().st_size for place in places]
    stream = simulated(asked.batch * (asked.rounds + 1) + PER_SECOND * asked.seconds)
    times = batch_times(places, stream, asked.batch, asked.rounds)
    for leads, seconds in zip(asked.leads, times, strict=True):
        ratio = median([one / first for one, first in zip(seconds, times[0], strict=True)])
        print(f"{leads:>12,} leads: {median(seconds):.3f} s a batch, {ratio:.2f} times the first")
    visible = watch(places[-1], list(stream))
    print(visible)
    print(on)
    write_json(
        asked.json,
        {
            "machine": on,
            "leads": asked.leads,
            "bytes": sizes,
            "batch": times,
            "visible": asdict(visible),
        },
    )
    for place in places:
        shutil.rmtree(place)


def batch_times(
    places: Sequence[Path], stream: Iterator[Delivery], batch: int, rounds: int
) -> list[list[float]]:
    """Seconds per store and round. The first batch, into cold stores, is not counted."""
    digests = [Digest(_settings(place)) for place in places]
    times: list[list[float]] = [[] for _ in places]
    for number in range(rounds + 1):
        deliveries = list(islice(stream, batch))
        for place, digest, found in zip(places, digests, times, strict=True):
            inbox = InboxWriter(DataDir(place).inbox)
            inbox.put_all(deliveries)
            inbox.close()
            started = time.perf_counter()
            assert digest.step() == batch
            if number:
                found.append(time.perf_counter() - started)
    for digest in digests:
        digest.finish()
    return times


def watch(place: Path, deliveries: list[Delivery]) -> Visible:
    """A steady stream into a running digest, and a reader who looks at the published file."""
    synced: deque[float] = deque()
    delays: list[float] = []
    first = _last_visible(place)
    with _digesting(place) as process:
        at_rest, published = resident(process.pid), _published_seconds(place)
        sender = threading.Thread(target=_send, args=(place, deliveries, synced))
        started = time.monotonic()
        sender.start()
        shown = first
        while shown < first + len(deliveries):
            time.sleep(0.05)
            now, seen = time.monotonic(), _last_visible(place)
            delays += [now - synced.popleft() for _ in range(seen - shown)]
            shown = seen
        sender.join()
        seconds = time.monotonic() - started
        publishing = _published_seconds(place) - published
        time.sleep(REST_SECONDS)
        after = resident(process.pid)
    delays.sort()
    p95 = delays[int(0.95 * (len(delays) - 1))]
    return Visible(len(delays), median(delays), p95, publishing / seconds, at_rest, after)


def _send(place: Path, deliveries: list[Delivery], synced: deque[float]) -> None:
    inbox = InboxWriter(DataDir(place).inbox)
    started = time.monotonic()
    for number, delivery in enumerate(deliveries):
        time.sleep(max(0.0, started + number / PER_SECOND - time.monotonic()))
        inbox.put(delivery)
        synced.append(time.monotonic())
    inbox.close()


def _last_visible(place: Path) -> int:
    with duckdb.connect(str(DataDir(place).published), read_only=True) as db:
        return int(db.execute("select last_delivery_id from freshness").fetchall()[0][0])


@contextmanager
def _digesting(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A digest that has come to rest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "digest"],
        env={**os.environ, "CALLTOUCH_DATA_DIR": str(place)},
    )
    try:
        time.sleep(REST_SECONDS)
        yield process
    finally:
        process.terminate()
        process.wait()


def _published_seconds(place: Path) -> float:
    """What digest itself says, from its metrics."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from receiver.ops.metrics import exposition;"
            "sys.stdout.buffer.write(exposition(Path(sys.argv[1])))",
            str(place),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    sums = [line for line in said.splitlines() if line.startswith("calltouch_publish_seconds_sum")]
    return sum(float(line.rpartition(" ")[2]) for line in sums)


def _data_dir(work: Path, leads: int) -> Path:
    """A data directory whose store has that many leads, made by SQL; its archive is empty."""
    made = make_big_store(work / f"leads-{leads}", leads)
    place = work / f"growing-{leads}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    store = DataDir(place).store
    shutil.copy(made, store)
    store.chmod(0o600)
    with duckdb.connect(str(store)) as db:
        for name, value in fingerprint_for(_settings(place)).rows():
            db.execute("update digest.basis set value = $value where name = $name",
                       {"name": name, "value": value})  # fmt: skip
    return place


def _settings(place: Path) -> Settings:
    return Settings.load({"CALLTOUCH_DATA_DIR": str(place)})


if __name__ == "__main__":
    main()
