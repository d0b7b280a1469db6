"""The world is reproducible, and its events are plausible."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_address, ip_network
from itertools import pairwise

from simulator.lives.leads import Call, Lead, LeadKind, OfflineSource, Request, Visit
from simulator.market.rhythm import MOSCOW, hour_of_day, weekday
from simulator.world import World

DOCUMENTATION = [ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def _visits(leads: list[Lead]) -> list[Visit]:
    touches = [touch for lead in leads for touch in (lead.last_touch, lead.last_non_direct)]
    return [touch for touch in touches if isinstance(touch, Visit)]


def _names(leads: list[Lead]) -> dict[tuple[str, int], tuple[object, ...]]:
    return {
        (type(lead).__name__, lead.lead_id): (
            lead.happened_at,
            lead.person,
            lead.last_touch,
            lead.last_non_direct,
            lead.is_unique,
            lead.life,
        )
        for lead in leads
    }


def test_as_many_leads_as_asked_for(world: World, leads: list[Lead]) -> None:
    assert len(leads) == world.leads == len(_names(leads))


def test_the_same_seed_makes_the_same_world(world: World, leads: list[Lead]) -> None:
    assert _names(list(world)) == _names(leads)


def test_another_seed_makes_another_world(world: World, leads: list[Lead]) -> None:
    assert not _names(list(replace(world, seed=2))).items() & _names(leads).items()


def test_more_leads_change_none_of_the_others(world: World, leads: list[Lead]) -> None:
    more = _names(list(replace(world, leads=900)))
    assert _names(leads).items() <= more.items()
    assert len(more) == 900


def test_everything_happens_within_the_days_asked_for(world: World, leads: list[Lead]) -> None:
    window = world.window
    assert window.until - window.since == 14 * 24 * 3600
    assert all(window.since <= lead.happened_at < window.until for lead in leads)
    assert all(event.at < window.until for lead in leads for event in lead.life)


def test_leads_come_in_order_and_lives_go_forward(leads: list[Lead]) -> None:
    beginnings = [lead.happened_at for lead in leads]
    assert beginnings == sorted(beginnings)
    for lead in leads:
        times = [lead.happened_at - 1] + [event.at for event in lead.life]
        assert all(later > earlier for earlier, later in pairwise(times))


def test_every_event_changes_something(leads: list[Lead]) -> None:
    for lead in leads:
        conditions = [event.condition for event in lead.life]
        assert all(one != two for one, two in pairwise(conditions))


def test_every_kind_of_event_happens(world: World) -> None:
    lives = (lead.life for lead in replace(world, leads=1500))
    assert {event.kind for life in lives for event in life} == set(LeadKind)


def test_ids_of_calls_and_of_requests_overlap(leads: list[Lead]) -> None:
    calls = {lead.lead_id for lead in leads if isinstance(lead, Call)}
    requests = {lead.lead_id for lead in leads if isinstance(lead, Request)}
    assert calls & requests


def test_nothing_personal_could_be_real(leads: list[Lead]) -> None:
    people = [lead.person for lead in leads]
    assert all(person.phone[:4] == "7999" and len(person.phone) == 11 for person in people)
    assert all(p.email is None or p.email.endswith("@example.com") for p in people)
    assert all(lead.site.business.domain.endswith(".example") for lead in leads)
    for visit in _visits(leads):
        assert any(ip_address(visit.ip) in network for network in DOCUMENTATION)


def test_calls_come_in_opening_hours_and_on_working_days(leads: list[Lead]) -> None:
    hours = Counter(hour_of_day(lead.happened_at) for lead in leads if isinstance(lead, Call))
    assert sum(hours[hour] for hour in range(9, 20)) > 0.85 * hours.total()
    days = Counter(weekday(lead.happened_at) for lead in leads)
    assert days[5] + days[6] < 0.75 * (days[1] + days[2])


def test_requests_come_in_the_evening_and_at_night_too(leads: list[Lead]) -> None:
    hours = Counter(hour_of_day(lead.happened_at) for lead in leads if isinstance(lead, Request))
    assert sum(hours[hour] for hour in (20, 21, 22, 23, 0, 1)) > 0.15 * hours.total()


def test_more_is_missed_when_nobody_is_there(world: World) -> None:
    answered: dict[bool, list[bool]] = {True: [], False: []}
    for lead in replace(world, leads=1500):
        talk = lead.life[-1].condition.talk
        if isinstance(lead, Call) and lead.callback is None and talk:
            answered[lead.is_worktime].append(talk.duration > 0)
    share = {open_: sum(found) / len(found) for open_, found in answered.items()}
    assert share[True] > 0.85
    assert share[False] < 0.6


def test_the_first_call_of_a_person_is_unique_and_no_later_one(leads: list[Lead]) -> None:
    calls: dict[str, list[bool]] = {}
    for lead in leads:
        if isinstance(lead, Call):
            calls.setdefault(lead.person.phone, []).append(lead.is_unique)
    assert not any(any(unique[1:]) for unique in calls.values())
    assert 0.75 < sum(unique[0] for unique in calls.values()) / len(calls) < 0.99
    assert max(map(len, calls.values())) >= 4


def test_one_target_call_of_a_person_is_the_unique_one(leads: list[Lead]) -> None:
    targets: Counter[str] = Counter()
    for lead in leads:
        talk = lead.life[-1].condition.talk
        if talk and talk.is_unique_target:
            assert talk.is_target
            assert talk.duration >= 30
            targets[lead.person.phone] += 1
    assert set(targets.values()) == {1}


def test_the_models_differ_only_after_a_direct_visit(leads: list[Lead]) -> None:
    differing = 0
    for lead in leads:
        last, non_direct = lead.last_touch, lead.last_non_direct
        if isinstance(last, OfflineSource) or not last.traffic.is_direct:
            assert non_direct == last
        elif non_direct != last:
            assert isinstance(non_direct, Visit)
            assert not non_direct.traffic.is_direct
            assert non_direct.began_at <= last.began_at
            differing += 1
    assert 0.1 < differing / len(leads) < 0.45


def test_a_callback_goes_on_until_somebody_answers(world: World) -> None:
    chains: dict[int, list[bool]] = {}
    for lead in replace(world, leads=1500):
        talk = lead.life[-1].condition.talk
        if isinstance(lead, Call) and lead.callback and talk:
            assert lead.pool is None
            chains.setdefault(lead.callback.request_id, []).append(talk.duration > 0)
    assert max(map(len, chains.values())) == 4
    assert not any(any(attempts[:-1]) for attempts in chains.values())


def test_the_commonest_source_is_far_ahead_of_the_tenth(leads: list[Lead]) -> None:
    channels = Counter(visit.traffic.source for visit in _visits(leads)).most_common()
    assert channels[0][1] > 4 * channels[9][1]


def test_a_site_may_be_alone_or_one_of_six(world: World) -> None:
    for sites in (1, 6):
        found = {lead.site.site_id for lead in replace(world, sites=sites, leads=300)}
        assert len(found) == sites


def test_a_day_that_has_only_begun_is_left_out() -> None:
    just_after_midnight = datetime(2026, 11, 21, 0, 0, 30, tzinfo=MOSCOW)
    window = World(just_after_midnight, days=1).window
    assert window.until - window.since == 24 * 3600 + 30
    assert len(list(World(just_after_midnight, days=1, leads=20))) == 20
