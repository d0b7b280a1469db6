"""An operation whose host is only busy waits a moment for its turn; it is not put back."""

import threading

from flows.running.hosts import Hosts
from tests.flows.running.conftest import Flows
from tests.flows.running.test_runner import one_step

HOST = "crm.example"


def test_a_turn_that_comes_soon_is_taken() -> None:
    hosts, waits = Hosts(at_once=1), list[float]()
    assert hosts.enter(HOST, 0.0) == 0
    asking = threading.Event()

    def clock() -> float:
        asking.set()
        return 0.0

    def wait() -> None:
        while not waits or waits[-1]:
            waits.append(hosts.enter_soon(HOST, clock))

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert asking.wait(10)
    hosts.leave(HOST, 0.0, answered=True)
    waiting.join(10)
    assert waits[-1] == 0
    assert hosts.enter(HOST, 0.0) > 0, "its place is taken"


def test_one_that_does_not_come_is_waited_for_no_longer() -> None:
    hosts = Hosts(at_once=1)
    assert hosts.enter(HOST, 0.0) == 0
    assert hosts.enter_soon(HOST, lambda: 0.0) > 0


def test_a_host_that_is_closed_is_not_waited_for() -> None:
    hosts = Hosts(at_once=9)
    for _ in range(5):
        hosts.enter(HOST, 0.0)
        hosts.leave(HOST, 0.0, answered=False)
    moments = iter((1.0,))
    assert hosts.enter_soon(HOST, lambda: next(moments)) == 29.0


def test_many_at_one_host_all_end(flows: Flows) -> None:
    flows.apply("one", one_step("200"))
    flows.deliver("one", *(f"name={number}" for number in range(30)))
    flows.run(threads=8)
    assert flows.states() == [("done", "")] * 30
