"""What is fetched is what was sent, and each kind of sign is found in a store."""

from collections import Counter
from datetime import datetime, timedelta

from duckdb import DuckDBPyConnection

from analytics.signs.fetching import clock, fetch_heard, fetch_history, fetch_known, instant
from analytics.signs.looking import Watching, known_now, signs
from analytics.signs.sign import Sign
from analytics.signs.watch import ALL, Watch
from simulator.lives.leads import Call, Visit
from simulator.market.rhythm import MOSCOW
from tests.analytics.signs.conftest import DAYS, UNTIL, ZONE, small_account

WATCHING = Watching(ZONE)
HOURS_AGO = UNTIL - timedelta(hours=6)


def said(found: list[Sign]) -> list[tuple[str, str, str]]:
    return [(sign.kind, sign.subject, sign.cause) for sign in found]


def sent_hours() -> Counter[tuple[Watch, int, int]]:
    """Leads by watch, day and hour, as they happened."""
    counted: Counter[tuple[Watch, int, int]] = Counter()
    for lead in small_account():
        site = str(lead.site.site_id)
        at = datetime.fromtimestamp(lead.happened_at, MOSCOW)
        watches = [ALL, Watch("site", site), Watch("webhook", "", "last-touch")]
        if isinstance(lead, Call):
            watches += [Watch("number", site, lead.phone_number)]
        kind = "call" if isinstance(lead, Call) else "request"
        watches += [Watch("kind", site, kind), Watch("kind", "", kind)]
        visit = lead.touch(1)
        utm = visit.traffic.utm if isinstance(visit, Visit) else None
        if utm and utm[0]:
            watches += [Watch("tag", site, "utm_source"), Watch("source", site, utm[0])]
        counted.update((watch, at.toordinal(), at.hour) for watch in watches)
    return counted


def test_hours_are_those_in_which_leads_happened(db: DuckDBPyConnection) -> None:
    since = UNTIL - timedelta(days=DAYS)
    history = fetch_history(db, since, ZONE)
    sent = sent_hours()
    compared = {watch for watch, _, _ in sent}
    found = Counter(
        {
            (watch, day, hour): leads
            for watch, days in history.items()
            if watch in compared
            for day, hours in days.items()
            for hour, leads in enumerate(hours)
            if leads
        }
    )
    assert found == sent
    assert len(compared) > 20


def test_what_is_heard_is_that_history(db: DuckDBPyConnection) -> None:
    """Everything has come by itself; of the last days, with when the last began."""
    known = fetch_known(db, UNTIL, ZONE)
    heard = fetch_heard(db, UNTIL, known.usual, ZONE)
    history = fetch_history(db, UNTIL - timedelta(days=10), ZONE)
    for watch, days in history.items():
        for day in sorted(days)[1:]:
            assert heard.on(watch, day) == sum(days[day]), watch
    last = max(lead.happened_at for lead in small_account())
    assert instant(heard.last[ALL], ZONE) == datetime.fromtimestamp(last, MOSCOW)


def test_a_moment_is_found_again_by_the_clock() -> None:
    moment = datetime(2026, 11, 20, 15, 30, 15)
    assert instant(clock(moment), ZONE) == moment.replace(tzinfo=MOSCOW)


def test_a_usual_day_raises_none(db: DuckDBPyConnection) -> None:
    known = known_now(db, UNTIL, WATCHING)
    for hours in range(0, 9, 3):
        assert signs(db, UNTIL - timedelta(hours=hours), WATCHING, known) == []


def test_when_all_webhooks_stop_it_is_this_side(db: DuckDBPyConnection) -> None:
    (sign,) = signs(db, UNTIL + timedelta(hours=24), WATCHING)
    assert said([sign]) == [("silence", "", "receiver_unreachable")]
    assert sign.since < UNTIL
    assert float(sign.figures["usual"]) > 5
    assert float(sign.figures["hours"]) >= 24


def test_one_webhook_of_two_is_off(db: DuckDBPyConnection) -> None:
    db.execute(
        "delete from digest.deliveries where webhook = 'default' and received_at > ?", [HOURS_AGO]
    )
    assert said(signs(db, UNTIL, WATCHING)) == [("webhook_silence", "default", "webhook_off")]


def test_what_the_api_has_found_is_no_sign_of_life(db: DuckDBPyConnection) -> None:
    db.execute("update digest.deliveries set origin = 'api' where received_at > ?", [HOURS_AGO])
    assert said(signs(db, UNTIL, WATCHING)) == [("silence", "", "receiver_unreachable")]


def test_what_is_sent_again_at_once_does_not_hide_a_silence(db: DuckDBPyConnection) -> None:
    db.execute(
        "update digest.deliveries set received_at = $now where received_at > $since",
        {"now": UNTIL + timedelta(minutes=25), "since": HOURS_AGO},
    )
    assert said(signs(db, UNTIL + timedelta(minutes=30), WATCHING)) == [
        ("silence", "", "receiver_unreachable")
    ]


def test_late_leads_are_late_and_not_missing(db: DuckDBPyConnection) -> None:
    db.execute(
        "update digest.deliveries set received_at = received_at + interval 45 minute"
        " where received_at > ?",
        [HOURS_AGO],
    )
    db.execute("delete from digest.deliveries where received_at > ?", [UNTIL])
    assert said(signs(db, UNTIL, WATCHING)) == [("slow_calls", "", "deliveries_late")]


def test_what_is_not_understood_is_no_silence(db: DuckDBPyConnection) -> None:
    db.execute(
        "update digest.deliveries set outcome = 'quarantined', lead_type = null, lead_id = null"
        " where received_at > ?",
        [HOURS_AGO],
    )
    assert said(signs(db, UNTIL, WATCHING)) == [("quarantined", "", "template_changed")]


def test_deliveries_that_show_losses(db: DuckDBPyConnection) -> None:
    db.execute(
        "insert into delivery_gaps select lead_type, lead_id, webhook, delivery_id,"
        " 'first delivery is not a first sending', [] from digest.deliveries"
        " where received_at > ? and delivery_id % 2 = 0",
        [HOURS_AGO],
    )
    assert said(signs(db, UNTIL, WATCHING)) == [("losses", "", "deliveries_lost")]


def test_calls_that_wait_long(db: DuckDBPyConnection) -> None:
    db.execute(
        "update leads set waiting_time = 5 * waiting_time + 30 where happened_at > ?", [HOURS_AGO]
    )
    found = signs(db, UNTIL, WATCHING)
    assert {(sign.kind, sign.cause) for sign in found} == {("slow_calls", "pbx_slow")}


def test_nothing_is_said_of_an_empty_store(db: DuckDBPyConnection) -> None:
    db.execute("delete from leads")
    db.execute("delete from digest.deliveries")
    assert signs(db, UNTIL, WATCHING) == []
