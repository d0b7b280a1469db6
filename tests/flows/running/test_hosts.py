"""How often a host is asked, and when it is left alone."""

import pytest

from flows.running.hosts import Hosts
from receiver.settings.tables import HostSettings

CRM = "crm.example.ru"


def fail(hosts: Hosts, host: str, now: float, times: int = 5) -> None:
    for _ in range(times):
        assert hosts.enter(host, now) == 0
        hosts.leave(host, now, answered=False)


def begun(hosts: Hosts, host: str, start: float, seconds: float) -> int:
    """How many requests begin within these seconds, where each is answered at once."""
    now, count = start, 0
    while now < start + seconds:
        wait = hosts.enter(host, now)
        if not wait:
            hosts.leave(host, now, answered=True)
            count += 1
        now += wait or 0.001
    return count


@pytest.mark.parametrize(
    ("host", "a_second"),
    [
        ("portal.bitrix24.ru", 2),
        ("company.amocrm.ru", 7),
        ("company.kommo.com", 7),
        ("api.telegram.org", 20),
        ("slow.example.ru", 1),
        ("any.example.com", 3),
        ("deep.inside.example.com", 5),
    ],
)
def test_services_have_their_pace(host: str, a_second: int) -> None:
    hosts = Hosts(
        settings={
            "slow.example.ru": HostSettings(per_second=1),
            "*.example.com": HostSettings(per_second=3),
            "*.inside.example.com": HostSettings(per_second=5),
            "*.bitrix24.ru": HostSettings(at_once=1),
        }
    )
    assert begun(hosts, host, 0.0, 10.0) == pytest.approx(10 * a_second, abs=1)


def test_so_many_at_a_time() -> None:
    hosts = Hosts(2, {"*.example.com": HostSettings(at_once=1)})
    assert [hosts.enter(CRM, 0.0) for _ in range(3)][:2] == [0, 0]
    assert hosts.enter(CRM, 0.0) > 0
    assert hosts.enter("a.example.com", 0.0) == 0
    assert hosts.enter("a.example.com", 0.0) > 0
    hosts.leave(CRM, 0.0, answered=True)
    assert hosts.enter(CRM, 0.0) == 0


def test_a_host_that_does_not_answer_is_left_alone_longer_and_longer() -> None:
    hosts = Hosts()
    fail(hosts, CRM, 0.0, 4)
    assert hosts.closed(0.0) == {}
    fail(hosts, CRM, 0.0, 1)
    assert hosts.closed(0.0) == {CRM: 30.0}
    assert hosts.enter("other.example.ru", 0.0) == 0, "the others are asked as ever"
    now = 0.0
    for pause in (30, 60, 120, 240, 480, 900, 900):
        assert hosts.enter(CRM, now) == pause
        now += pause
        assert hosts.enter(CRM, now) == 0
        assert hosts.enter(CRM, now) > 0, "one probes"
        hosts.leave(CRM, now, answered=False)


def test_what_has_waited_follows_ever_faster() -> None:
    hosts = Hosts(at_once=64)
    fail(hosts, CRM, 0.0)
    assert hosts.enter(CRM, 30.0) == 0
    hosts.leave(CRM, 30.0, answered=True)
    counts = [begun(hosts, CRM, 30.0 + second, 1.0) for second in range(6)]
    assert counts == pytest.approx([1, 2, 4, 8, 16, 32], abs=1)
    assert begun(hosts, CRM, 37.0, 1.0) > 200


def test_what_sent_nothing_says_nothing_of_the_host() -> None:
    hosts = Hosts()
    for _ in range(20):
        assert hosts.enter(CRM, 0.0) == 0
        hosts.leave(CRM, 0.0, answered=None)
    assert hosts.closed(0.0) == {}
