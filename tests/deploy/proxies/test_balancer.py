"""Two hosts that receive, behind the balancer of deploy/many-hosts: while one of them is gone, ends
or hangs, whoever sends sees nothing of it."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deploy.proxies.conftest import ADDRESSES
from tests.deploy.proxies.running import (
    BALANCER,
    Certificates,
    ManyHosts,
    Proxy,
    free_port,
    running,
)
from tests.deploy.proxies.test_webhooks import LoadByTls, send
from tests.faults.durability.processes import kill_everything
from tests.faults.load import Load, kept
from tests.faults.table import record
from tests.receiver.ingest.flow_places import FlowPlace
from tests.road.server import Server, serving, wait_until

PATIENCE_SECONDS = 60.0
# For an answer of one host, before it asks the next.
LONGER_THAN_IT_WAITS = 12.0
# PostgreSQL is away all the time: receiving does not depend on it.
SHIPS = {
    "CALLTOUCH_PARCELS": "host=127.0.0.1 port=1 dbname=nowhere",
    "CALLTOUCH_PARCELS_ROLE": "ship",
}


@contextmanager
def host(data_dir: Path, port: int) -> Iterator[Server]:
    """Always on the same port, as a host has one address."""
    name = {"CALLTOUCH_HOST_NAME": data_dir.name}
    with serving(data_dir, "--port", str(port), **ADDRESSES, **SHIPS, **name) as server:
        yield server


@pytest.fixture
def ports() -> ManyHosts:
    return ManyHosts(*(free_port() for _ in range(4)))


@pytest.fixture
def balancer(tmp_path: Path, ports: ManyHosts, certificates: Certificates) -> Iterator[Proxy]:
    with running(BALANCER, tmp_path, ports, certificates) as proxy:
        yield proxy


def answered_by(server: Server, load: Load) -> None:
    """Until it is given deliveries again."""
    before = len(kept(server.data_dir))
    wait_until(lambda: len(kept(server.data_dir)) > before, PATIENCE_SECONDS)
    assert load.acknowledged


def answers_more(load: Load, seconds: float) -> None:
    """Also after that long."""
    until = time.monotonic() + seconds
    wait_until(lambda: max(load.acknowledged.values(), default=0) > until, PATIENCE_SECONDS)


@contextmanager
def hanging(server: Server) -> Iterator[None]:
    """All of it, as behind a network that lets nothing through."""
    everything = [server.process.pid, *server.children("")]
    for pid in everything:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everything:
            os.kill(pid, signal.SIGCONT)


def test_who_sends_sees_nothing_of_a_host_that_is_gone(
    tmp_path: Path, ports: ManyHosts, balancer: Proxy
) -> None:
    anna, boris = (tmp_path / "anna", ports.anna), (tmp_path / "boris", ports.boris)
    with ExitStack() as stack:
        first, second = (stack.enter_context(host(*one)) for one in (anna, boris))
        load = stack.enter_context(LoadByTls(balancer))
        answered_by(first, load)
        kill_everything(first)
        answers_more(load, 1.0)
        first = stack.enter_context(host(*anna))
        answered_by(first, load)
        second.stop()
        answers_more(load, 1.0)
        second = stack.enter_context(host(*boris))
        answered_by(second, load)
        with hanging(first):
            answers_more(load, LONGER_THAN_IT_WAITS)
        answered_by(first, load)
        load.stop()
        found = kept(anna[0]) | kept(boris[0])
    lost = len({*load.acknowledged} - found)
    record(
        "many hosts: one gone behind the balancer",
        sent=len(load.sent),
        not_answered_200=load.not_answered_200,
        lost=lost,
        slowest_s=load.slowest,
    )
    assert (load.not_answered_200, lost) == (0, 0), load.answers
    assert load.slowest < LONGER_THAN_IT_WAITS + 5


def test_the_rest_goes_to_the_center(ports: ManyHosts, balancer: Proxy, tmp_path: Path) -> None:
    data = tmp_path / "center"
    given = ("--port", str(ports.receiver), "--dashboards-port", str(ports.dashboards))
    with serving(data, *given, **ADDRESSES) as center:
        assert urlsplit(center.dashboards).port == ports.dashboards
        assert send(balancer, "/healthz", None)[0] == 502, "no host that receives is up"
        assert send(balancer, "/flow/none")[0] == 502
        assert send(balancer, "/", None)[0] == 200


def test_what_comes_for_flows_goes_to_the_other_host_and_never_to_both(
    tmp_path: Path, ports: ManyHosts, balancer: Proxy
) -> None:
    """Hosts serve the addresses that they knew last."""
    places = [FlowPlace(tmp_path / name) for name in ("anna", "boris")]
    path = places[0].apply()
    shutil.copytree(places[0].place.flows, places[1].place.flows)
    numbers, statuses = count(), list[int]()

    def send_one() -> int:
        statuses.append(send(balancer, path, b"a=%d" % next(numbers))[0])
        return statuses[-1]

    def is_given_to(place: FlowPlace) -> None:
        before = len(place.kept)
        wait_until(lambda: send_one() and len(place.kept) > before, PATIENCE_SECONDS)

    with ExitStack() as stack:
        first = stack.enter_context(host(tmp_path / "anna", ports.anna))
        second = stack.enter_context(host(tmp_path / "boris", ports.boris))
        for place in places:
            is_given_to(place)
        kill_everything(second)
        assert [send_one() for _ in range(3)] == [200] * 3
        stack.enter_context(host(tmp_path / "boris", ports.boris))
        is_given_to(places[1])
        assert {*statuses} == {200}
        with hanging(first):
            assert 504 in [send_one() for _ in range(3)]
        is_given_to(places[0])
    times = Counter(one.body for place in places for one in place.kept)
    answered = {b"a=%d" % number for number, status in enumerate(statuses) if status == 200}
    assert {*times} >= answered
    assert {*times.values()} == {1}
