"""A host gets so many web requests at a time, so often, and none while it does not answer."""

from flows.running.hosts import HostLimits, Hosts, limits_of


def test_what_is_set_goes_before_what_services_say() -> None:
    limits = {
        "*.bitrix24.ru": HostLimits(at_once=5),
        "shop.bitrix24.ru": HostLimits(per_second=0.5, ca_file="/etc/own.pem"),
        "*.ru": HostLimits(at_once=1),
    }
    assert limits_of("portal.bitrix24.ru", limits) == HostLimits(5, 2)
    assert limits_of("SHOP.bitrix24.ru.", limits) == HostLimits(None, 0.5, "/etc/own.pem")
    assert limits_of("crm.example.ru", limits) == HostLimits(1)
    assert limits_of("crm.example.com", limits) == HostLimits()
    assert limits_of("api.telegram.org", {}) == HostLimits(per_second=20)


def test_so_many_at_a_time_and_so_often() -> None:
    hosts = Hosts(2, {"slow.example": HostLimits(at_once=1), "often.example": HostLimits(3, 2.0)})
    assert [hosts.enter("any.example", 0.0) > 0 for _ in range(3)] == [False, False, True]
    assert [hosts.enter("slow.example", 0.0) > 0 for _ in range(2)] == [False, True]
    assert hosts.enter("often.example", 0.0) == 0
    assert hosts.enter("often.example", 0.1) == 0.4
    assert hosts.enter("often.example", 0.5) == 0


def test_a_host_that_does_not_answer_is_closed_probed_and_opened_slowly() -> None:
    hosts = Hosts(at_once=100)
    for _ in range(5):
        assert hosts.enter("crm.example", 0.0) == 0
        hosts.leave("crm.example", 0.0, answered=False)
    assert hosts.enter("crm.example", 10.0) == 20.0
    assert hosts.closed(10.0) == {"crm.example": 20.0}
    assert hosts.enter("crm.example", 30.0) == 0
    assert hosts.enter("crm.example", 30.0) == 1.0, "one probes"
    hosts.leave("crm.example", 30.0, answered=False)
    assert hosts.enter("crm.example", 31.0) == 59.0, "closed for twice as long"
    assert hosts.enter("crm.example", 90.0) == 0
    hosts.leave("crm.example", 90.0, answered=True)
    moments = [90 + tick / 128 for tick in range(128 * 9)]
    begun = []
    for moment in moments:
        if hosts.enter("crm.example", moment) == 0:
            hosts.leave("crm.example", moment, answered=True)
            begun.append(int(moment))
    by_second = [begun.count(second) for second in range(90, 99)]
    assert by_second == [0, 1, 2, 4, 8, 16, 32, 64, 128]


def test_nothing_sent_says_nothing_of_the_host() -> None:
    hosts = Hosts()
    for _ in range(9):
        assert hosts.enter("crm.example", 0.0) == 0
        hosts.leave("crm.example", 0.0, answered=None)
    assert hosts.closed(0.0) == {}
