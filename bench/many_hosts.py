"""How old readers' figures are with receivers on many hosts: python -m bench.many_hosts DIR
--parcels CONNINFO [--store ducklake:postgres:… --data DIR]

Some hosts, as processes of this machine, receive simulated webhooks at a steady rate each and hand
them over through PostgreSQL; a center takes, digests and publishes, into a file or a lake. Seconds
from the receipt of a delivery, as its host wrote it down, until a reader sees it. Passwords are
read from PGPASSFILE and CALLTOUCH_STORE_PASSWORD.
"""

import os
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from analytics.published_file import NotPublished, Published
from bench.machine import machine, median, write_json
from bench.workload import simulated
from calltouch.listeners import listen
from receiver.inbox.delivery import Delivery
from receiver.published import published_source
from receiver.settings.settings import Settings

_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 60.0
_NEWER = "select delivery_id, received_at from deliveries where delivery_id > $last order by 1"


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.many_hosts", description=__doc__)
    parser.add_argument("directory", type=Path, help="empty: data directories are made in it")
    parser.add_argument("--parcels", required=True)
    parser.add_argument("--store")
    parser.add_argument("--data")
    parser.add_argument("--hosts", type=int, default=3)
    parser.add_argument("--per-second", type=int, default=50, help="to each host")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on = machine()
    with ExitStack() as stack:
        center = _environ(asked, "center")
        stack.enter_context(_serving(center))
        hosts = [_environ(asked, f"host{number}") for number in range(asked.hosts)]
        urls = [stack.enter_context(_serving(host)) for host in hosts]
        ages = _watch(center, urls, asked)
    p95 = ages[int(0.95 * (len(ages) - 1))]
    print(f"{len(ages):,} deliveries: {median(ages):.2f} s (median), {p95:.2f} s (p95)")
    print(on)
    write_json(asked.json, {"machine": on, "deliveries": len(ages), "p95": p95, "ages": ages})


def _watch(center: dict[str, str], urls: list[str], asked: Namespace) -> list[float]:
    """How old each delivery was when it was seen, in order of age."""
    each = asked.per_second * asked.seconds
    deliveries = list(simulated(each * len(urls)))
    lots = [deliveries[number :: len(urls)] for number in range(len(urls))]
    senders = [
        threading.Thread(target=_send, args=(url, lot, asked.per_second))
        for url, lot in zip(urls, lots, strict=True)
    ]
    reader = Published(published_source(Settings.load(center)))
    # The first ones wait for a center and shippers that are still starting.
    _send(urls[0], list(simulated(1)), 1)
    last = max(number for number, _ in _waited_for(reader))
    for sender in senders:
        sender.start()
    ages: list[float] = []
    give_up_at = time.monotonic() + asked.seconds + _PATIENCE_SECONDS
    while len(ages) < len(deliveries) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_SECONDS)
        newer, now = _newer(reader, last), datetime.now(UTC)
        ages += [(now - received_at).total_seconds() for _, received_at in newer]
        last = newer[-1][0] if newer else last
    for sender in senders:
        sender.join()
    if len(ages) < len(deliveries):
        sys.exit(f"{len(deliveries) - len(ages)} of {len(deliveries)} deliveries were never seen")
    return sorted(ages)


def _waited_for(reader: Published) -> list[tuple[int, datetime]]:
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        try:
            if found := _newer(reader, 0):
                return found
        except NotPublished:
            pass
        time.sleep(_LOOK_SECONDS)
    sys.exit("nothing was published")


def _newer(reader: Published, last: int) -> list[tuple[int, datetime]]:
    with reader.reading() as db:
        return db.execute(_NEWER, {"last": last}).fetchall()


def _send(url: str, deliveries: list[Delivery], per_second: int) -> None:
    started = time.monotonic()
    with requests.Session() as session:
        for number, one in enumerate(deliveries):
            time.sleep(max(0.0, started + number / per_second - time.monotonic()))
            headers = {"Content-Type": one.content_type or ""}
            session.post(url, data=one.body, headers=headers, timeout=30).raise_for_status()


@contextmanager
def _serving(environ: dict[str, str]) -> Iterator[str]:
    """The address of its webhook, once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "serve"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{environ['CALLTOUCH_PORT']}"
    try:
        _wait_for(f"{url}/readyz")
        yield f"{url}/webhook"
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(url: str) -> None:
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(_LOOK_SECONDS)
    sys.exit(f"{url} does not answer")


def _environ(asked: Namespace, name: str) -> dict[str, str]:
    is_center = name == "center"
    kept = {one: text for one, text in os.environ.items() if not one.startswith("CALLTOUCH_")}
    own = {
        "CALLTOUCH_DATA_DIR": str(asked.directory.resolve() / name),
        "CALLTOUCH_ALLOWED_NETWORKS": "127.0.0.0/8",
        "CALLTOUCH_PORT": str(_free_port()),
        "CALLTOUCH_DASHBOARDS_PORT": str(_free_port()),
        "CALLTOUCH_PARCELS": asked.parcels,
        "CALLTOUCH_PARCELS_ROLE": "take" if is_center else "ship",
        "CALLTOUCH_HOST_NAME": name,
        "CALLTOUCH_KEYED_SECONDS": "0",
    }
    if is_center and asked.store:
        own |= {"CALLTOUCH_STORE": asked.store, "CALLTOUCH_STORE_DATA": asked.data}
        own["CALLTOUCH_STORE_PASSWORD"] = os.environ.get("CALLTOUCH_STORE_PASSWORD", "")
    return kept | own


def _free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
