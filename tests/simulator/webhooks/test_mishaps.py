"""Lost, duplicate and late deliveries: as many as requested, all accounted for."""

from collections import Counter
from datetime import date, datetime

import pytest

from simulator.market.rhythm import MOSCOW
from simulator.webhooks.mishaps import LostSending, MishapCounts, Mishaps, befall
from simulator.webhooks.sendings import Sending


def _name(sending: Sending) -> LostSending:
    return LostSending(sending.webhook, sending.lead_type, sending.lead_id, sending.nth)


def test_without_mishaps_all_is_delivered_in_order(sent: list[Sending]) -> None:
    toll = MishapCounts()
    assert list(befall(sent, Mishaps(), toll)) == sent
    assert toll.deliveries == Counter(sending.webhook for sending in sent)
    assert (toll.duplicated, toll.reordered, toll.lost) == (0, 0, [])


def test_a_share_is_lost_and_reported(sent: list[Sending]) -> None:
    toll = MishapCounts()
    delivered = list(befall(sent, Mishaps(loss=0.1), toll))
    assert len(toll.lost) == pytest.approx(0.1 * len(sent), rel=0.25)
    assert {_name(s) for s in sent} - {_name(s) for s in delivered} == set(toll.lost)


def test_a_share_is_sent_twice_byte_for_byte(sent: list[Sending]) -> None:
    toll = MishapCounts()
    delivered = list(befall(sent, Mishaps(duplicates=0.1), toll))
    assert toll.duplicated == pytest.approx(0.1 * len(sent), rel=0.25)
    assert len(delivered) == len(sent) + toll.duplicated
    assert set(delivered) == set(sent)
    # Some immediately, some only after everything else.
    assert 0 < len(set(delivered[-toll.duplicated :])) < toll.duplicated


def test_a_share_is_overtaken_by_some_dozens_at_most(sent: list[Sending]) -> None:
    toll = MishapCounts()
    delivered = list(befall(sent, Mishaps(reorder=0.1), toll))
    assert toll.reordered == pytest.approx(0.1 * len(sent), rel=0.25)
    assert delivered != sent
    assert Counter(delivered) == Counter(sent)
    places = {id(sending): place for place, sending in enumerate(sent)}
    shifts = [place - places[id(sending)] for place, sending in enumerate(delivered)]
    assert 12 < max(shifts) <= 60


def test_some_are_overtaken_by_their_own_successors(sent: list[Sending]) -> None:
    last: dict[tuple[str, str, int], int] = {}
    overtaken = 0
    for sending in befall(sent, Mishaps(reorder=0.1), MishapCounts()):
        key = (sending.webhook, sending.lead_type, sending.lead_id)
        overtaken += sending.nth < last.get(key, 0)
        last[key] = max(sending.nth, last.get(key, 0))
    assert overtaken > 10


def test_a_lost_day_is_lost_as_a_whole(sent: list[Sending]) -> None:
    day = date(2026, 11, 12)
    toll = MishapCounts()
    delivered = list(befall(sent, Mishaps(lost_days=frozenset({day})), toll))
    on_the_day = [s for s in sent if datetime.fromtimestamp(s.sent_at, MOSCOW).date() == day]
    assert [_name(sending) for sending in on_the_day] == toll.lost
    assert len(delivered) == len(sent) - len(toll.lost) < len(sent)


def test_the_same_deliveries_are_lost_whatever_else_is_sent(sent: list[Sending]) -> None:
    all_of_it, some_of_it = MishapCounts(), MishapCounts()
    list(befall(sent, Mishaps(loss=0.1), all_of_it))
    list(befall(sent[::2], Mishaps(loss=0.1), some_of_it))
    assert set(some_of_it.lost) < set(all_of_it.lost)


def test_another_seed_loses_others(sent: list[Sending]) -> None:
    one, other = MishapCounts(), MishapCounts()
    list(befall(sent, Mishaps(loss=0.1), one))
    list(befall(sent, Mishaps(loss=0.1, seed=2), other))
    assert one.lost != other.lost
