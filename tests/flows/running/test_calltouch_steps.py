"""Callbacks, tags, comments and managers, against a simulated Calltouch: nobody is rung twice."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.store import operations
from simulator.api import ApiOptions, CallbackRules, RunningApi
from simulator.api.faults import ApiFault
from simulator.lives.leads import Call, Request, Visit
from simulator.market.rhythm import MOSCOW
from simulator.world import World
from tests.flows.running.calltouch import (
    HURRY,
    LEAD_SOURCE,
    SITE,
    SOURCE,
    TOKEN,
    account,
    orders,
    posts,
    use,
    wait_for,
)
from tests.flows.running.conftest import Flows

MINUTE, DAY = 60.0, 86_400.0
ZONE = ZoneInfo("Europe/Moscow")
RING = """
[[steps]]
kind = "calltouch_callback"
name = "ring"
route_key = "routekey_1"
phone = "{{phone}}"
hours = ""
"""

EVERY_FIELD = """
[[steps]]
kind = "calltouch_callback"
name = "ring"
route_key = "{{secret.widget}}"
phone = "{{phone}}"
fields = [["Имя", "{{name}}"], ["Город", "{{city}}"], ["Тема", "{{absent}}"]]
session = "SESSION"
at = "2036-02-01T17:10:00+03:00"
page = "https://example.ru/"
tags = ["tag1", "{{absent}}", "tag10"]
unit = "112233"
[steps.source]
source = "source"
medium = "medium"
campaign = "campaign"
content = "content"
term = "term"
[[steps]]
kind = "http"
method = "PUT"
url = "{url}/200"
body.json = '{"id": "{{ring.widget_request_id | number}}"}'
"""


@pytest.fixture(scope="session")
def world() -> World:
    return World(datetime(2026, 11, 21, tzinfo=MOSCOW), leads=60, days=2)


@pytest.fixture
def api(flows: Flows, world: World) -> Iterator[RunningApi]:
    with account(flows, world) as served:
        yield served


def deliver(flows: Flows, *bodies: str, name: str = "one") -> None:
    flows.deliver(name, *(bodies or ("phone=79990001122",)))
    flows.run()


def pass_time(flows: Flows, seconds: float) -> None:
    flows.ahead += seconds
    flows.run()


def set_clock(flows: Flows, hour: int, minute: int = 0) -> datetime:
    """The next day at that time in Moscow."""
    now = datetime.now(ZONE)
    moment = (now + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    flows.ahead = (moment - now).total_seconds()
    return moment


def due_at(flows: Flows, operation_id: int = 1) -> datetime:
    ((seconds,),) = flows.query(
        f"select due_at from operations where operation_id = {operation_id}"
    )
    assert isinstance(seconds, float)
    return datetime.fromtimestamp(seconds, ZONE)


def test_a_callback_with_every_field(flows: Flows, api: RunningApi, world: World) -> None:
    session = next(
        str(lead.last_touch.session_id)
        for lead in world
        if isinstance(lead.last_touch, Visit) and lead.site.site_id == SITE
    )
    flows.secrets = {"widget": "routekey_1"}
    flows.apply("one", SOURCE + EVERY_FIELD.replace("SESSION", session))
    deliver(flows, "phone=%2B7 (999) 222-33-44&name=Иван&city=Москва")
    assert flows.states() == [("done", "")]
    assert orders(api) == [
        {
            "routeKey": "routekey_1",
            "phone": "79992223344",
            "fields": [{"name": "Имя", "value": "Иван"}, {"name": "Город", "value": "Москва"}],
            "sessionId": session,
            "scheduleTime": "2036-02-01 17:10:00",
            "utmSource": "source",
            "utmMedium": "medium",
            "utmCampaign": "campaign",
            "utmContent": "content",
            "utmTerm": "term",
            "callUrl": "https://example.ru/",
            "tags": ["tag1", "tag10"],
            "unitId": 112233,
        }
    ]
    assert flows.target.seen["200"][0].endswith(b'{"id":242000000}')
    shown = flows.stored("request")[0]
    assert json.loads(shown.partition("\n\n")[2])["routeKey"] == "{{secret.widget}}"
    assert flows.query("select callback_request_id from callbacks") == [(242_000_000,)]


@pytest.mark.parametrize(
    ("body", "more", "reason", "text"),
    [
        ("phone=88001234567", "", "bad-phone", "phone"),
        ("phone=", "", "bad-phone", "phone"),
        ("phone=79990001122", 'unit = "one"', "not-a-number", "unit"),
        ("phone=79990001122", 'at = "soon"', "bad-date", "at"),
        ("phone=79990001122", f"tags = {['x' * 101]}", "too-long", "tag"),
        ("phone=79990001122", f"tags = {[str(n) for n in range(11)]}", "too-many", "tags"),
        ("phone=79990001122", f"fields = {[['a', 'x']] * 6}", "too-many", "fields"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_not_sent(
    flows: Flows, api: RunningApi, body: str, more: str, reason: str, text: str
) -> None:
    flows.apply("one", SOURCE + RING + more)
    deliver(flows, body)
    assert flows.states() == [("failed", reason)]
    assert flows.operations()[0].text == f"ring: {text}"
    assert api.state.journal.entries == []


@pytest.mark.parametrize("code", [1, 10001, 10002, 10003, 10004, 10013, 10099])
def test_codes_that_no_waiting_mends_end_it(flows: Flows, api: RunningApi, code: int) -> None:
    api.state.faults.order(ApiFault("api-error", code=code, message="Причина"))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    pass_time(flows, 5 * MINUTE)
    assert flows.states() == [("failed", f"calltouch-{code}")]
    assert flows.operations()[0].text == f"ring: calltouch-{code}: Причина"
    assert len(posts(api)) == 1
    assert flows.query("select * from callbacks") == []


@pytest.mark.parametrize("code", [10005, 10006, 10007])
def test_codes_of_limits_are_tried_again_until_it_is_too_late(
    flows: Flows, api: RunningApi, code: int
) -> None:
    api.state.faults.order(ApiFault("api-error", code=code, times=99))
    flows.apply("one", SOURCE + RING + 'give_up_after = "5m"\n')
    deliver(flows)
    assert flows.states() == [("waiting", f"calltouch-{code}")]
    for _ in range(10):
        pass_time(flows, MINUTE)
    assert flows.states() == [("failed", "tries-used-up")]
    assert 2 <= len(posts(api)) <= 4
    api.state.faults.clear()
    pass_time(flows, 60 * MINUTE)
    assert orders(api) == []


def test_a_limit_that_passes_lets_it_through(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("api-error", code=10007, times=2))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    pass_time(flows, MINUTE)
    pass_time(flows, 2 * MINUTE)
    assert flows.states() == [("done", "")]
    assert len(orders(api)) == 1


def test_too_many_requests_is_tried_again(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("429"))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    assert (flows.states(), len(posts(api))) == ([("waiting", "status-429")], 1)
    pass_time(flows, MINUTE)
    assert (flows.states(), len(orders(api))) == ([("done", "")], 1)


def test_what_never_left_is_tried_again_and_takes_no_turn_from_others(flows: Flows) -> None:
    use(flows, "http://127.0.0.1:9")
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    assert flows.states() == [("waiting", "connect")]
    assert flows.query("select * from callbacks") == []


@pytest.mark.parametrize(
    "kind", ["close", "500", "502", "truncated", "broken-json", "error-object-200", "slow"]
)
def test_what_may_have_rung_is_never_repeated(flows: Flows, api: RunningApi, kind: str) -> None:
    api.state.faults.order(ApiFault(kind, seconds=1))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    for _ in range(5):
        pass_time(flows, 3 * 60 * MINUTE)
    assert [state for state, _ in flows.states()] == ["unknown"]
    assert len(flows.reasons()) == 1
    # Another flow does not ring him either.
    flows.apply("two", SOURCE + RING)
    deliver(flows, name="two")
    assert flows.states()[1] == ("skipped", "phone-interval")
    if kind == "slow":
        wait_for(lambda: bool(orders(api)))
    assert len(posts(api)) == 1


def test_a_503_may_have_rung(flows: Flows) -> None:
    use(flows, flows.target.url("503?"))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    assert flows.states() == [("unknown", "status-503")]


def test_a_person_may_have_him_rung_again(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("close"))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    flows.decide(1, "again")
    flows.run()
    assert flows.states() == [("done", "")]
    assert len(orders(api)) == 1


def test_a_surely_failed_try_does_not_free_a_phone_that_may_have_been_rung(
    flows: Flows, api: RunningApi
) -> None:
    api.state.faults.order(ApiFault("close"))
    api.state.faults.order(ApiFault("api-error", code=10003))
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    flows.decide(1, "again")
    flows.run()
    deliver(flows)
    assert flows.states() == [("failed", "calltouch-10003"), ("skipped", "phone-interval")]


def test_one_phone_is_rung_once_whatever_flow_and_spelling(flows: Flows, world: World) -> None:
    options = ApiOptions(token=TOKEN, per_second=HURRY, callbacks=CallbackRules(interval=0))
    with account(flows, world, options) as api:
        check_one_phone_is_rung_once(flows, api)


def check_one_phone_is_rung_once(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + RING)
    flows.apply("two", SOURCE + RING)
    deliver(flows, "phone=79990001122", "phone=8 (999) 000-11-22")
    deliver(flows, "phone=%2B7 999 000 11 22", "phone=79990001123", name="two")
    assert sorted(flows.states()) == [("done", "")] * 2 + [("skipped", "phone-interval")] * 2
    assert sorted(order["phone"] for order in orders(api)) == ["79990001122", "79990001123"]
    pass_time(flows, DAY + 60)
    deliver(flows)
    assert len(orders(api)) == 3, "a day later he may be"


def test_the_interval_is_the_steps_own(flows: Flows, world: World) -> None:
    options = ApiOptions(token=TOKEN, per_second=HURRY, callbacks=CallbackRules(interval=0))
    with account(flows, world, options) as api:
        flows.apply("one", SOURCE + RING + 'phone_interval = "1h"\n')
        deliver(flows)
        pass_time(flows, 50 * MINUTE)
        deliver(flows)
        pass_time(flows, 20 * MINUTE)
        deliver(flows)
        assert [state for state, _ in flows.states()] == ["done", "skipped", "done"]
        assert len(orders(api)) == 2


def test_so_many_at_once_and_still_one_call(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + RING)
    flows.deliver("one", *["phone=79990001122"] * 12)
    flows.run(threads=8)
    assert len(orders(api)) == 1
    assert sorted(state for state, _ in flows.states()) == ["done"] + ["skipped"] * 11


def test_phones_are_not_kept(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    ((hashed,),) = flows.query("select phone_hmac from callbacks")
    assert len(str(hashed)) == 64
    key = flows.place.person_key
    assert key.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(flows.place.flows_store) as db:
        rows = [*db.execute("select * from callbacks"), *db.execute("select * from attempts")]
    assert "79990001122" not in str(rows)


def test_without_the_key_nobody_is_rung(flows: Flows, api: RunningApi) -> None:
    flows.place.person_key.write_text("lost")
    flows.apply("one", SOURCE + RING)
    deliver(flows)
    assert flows.states() == [("failed", "no-person-key")]
    assert posts(api) == []


def test_after_a_crash_in_a_callback_nobody_is_rung_again(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + RING)
    flows.apply("two", SOURCE + RING)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(operations, "end", broken)
        api.state.faults.order(ApiFault("close"))
        deliver(flows)
    deliver(flows, name="two")
    assert flows.states() == [("unknown", "crash"), ("skipped", "phone-interval")]
    assert len(posts(api)) == 1


def broken(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("disk I/O error")


def test_so_many_callbacks_a_day_and_no_more(flows: Flows, world: World) -> None:
    with account(flows, world, callbacks_per_day="2") as api:
        set_clock(flows, 12)
        flows.apply("one", SOURCE + RING)
        deliver(flows, *(f"phone=7999000112{n}" for n in range(5)))
        assert len(orders(api)) == 2
        assert sorted(flows.states()) == [("done", "")] * 2 + [("failed", "callbacks-per-day")] * 3
        pass_time(flows, DAY / 2 + 60)
        deliver(flows, "phone=79990001129")
        assert len(orders(api)) == 3, "the next day has its own"


def test_outside_of_its_hours_it_waits_for_the_next(flows: Flows, api: RunningApi) -> None:
    moment = set_clock(flows, 22)
    flows.apply("one", SOURCE + RING.replace('hours = ""', ""))
    deliver(flows)
    assert flows.states() == [("waiting", "outside-hours")]
    assert due_at(flows) == moment + timedelta(hours=11)
    pass_time(flows, 11 * 60 * MINUTE + 60)
    assert flows.states() == [("done", "")]
    assert len(orders(api)) == 1


def test_outside_of_its_hours_it_may_be_skipped(flows: Flows, api: RunningApi) -> None:
    set_clock(flows, 8, 59)
    flows.apply("one", SOURCE + RING.replace('hours = ""', 'outside = "skip"'))
    deliver(flows)
    pass_time(flows, 2 * MINUTE)
    deliver(flows)
    assert flows.states() == [("skipped", "outside-hours"), ("done", "")]
    assert len(orders(api)) == 1


def test_a_callback_for_later_rings_at_its_hours(flows: Flows, api: RunningApi) -> None:
    moment = set_clock(flows, 22)
    later = (moment + timedelta(hours=4)).strftime("%Y-%m-%d %H:%M:%S")
    flows.apply("one", SOURCE + RING.replace('hours = ""', f'at = "{later}"'))
    deliver(flows)
    (order,) = orders(api)
    assert order["scheduleTime"] == (moment + timedelta(hours=11)).strftime("%Y-%m-%d %H:%M:%S")


def test_what_waits_for_a_limit_over_night_is_given_up(flows: Flows, api: RunningApi) -> None:
    set_clock(flows, 20, 59)
    api.state.faults.order(ApiFault("api-error", code=10007))
    flows.apply("one", SOURCE + RING.replace('hours = ""', ""))
    deliver(flows)
    pass_time(flows, 2 * MINUTE)
    assert flows.states() == [("failed", "tries-used-up")]
    assert orders(api) == []


def test_a_lead_may_be_rung(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", LEAD_SOURCE + RING)
    flows.add_lead("one", 4, phone="79990001122")
    flows.run()
    assert flows.states() == [("done", "")]


COMMENT = """
[[steps]]
kind = "calltouch_comment"
name = "note"
text = "Перезвонить & уточнить"
"""


def a_lead(world: World, kind: type[Call] | type[Request]) -> Call | Request:
    return next(lead for lead in world if isinstance(lead, kind) and lead.site.site_id == SITE)


def test_tags_comments_and_managers_are_there(flows: Flows, api: RunningApi, world: World) -> None:
    lead = a_lead(world, Call)
    flows.apply(
        "one",
        LEAD_SOURCE
        + COMMENT
        + """
[[steps]]
kind = "calltouch_tag"
lead = "call {{lead_id}}"
tags = ["VIP", "{{absent}}"]
[[steps]]
kind = "calltouch_manager"
managers = ["{{who}}"]
overwrite = true
""",
    )
    flows.add_lead("one", lead.lead_id, who="Иван Примеров")
    flows.run()
    assert flows.states() == [("done", "")]
    condition = next(
        condition
        for call, condition in api.state.account.calls(SITE, 0, 1 << 60)
        if call.lead_id == lead.lead_id
    )
    assert condition.tags["api"] == ("VIP",)
    assert condition.comments[-1].text == "Перезвонить & уточнить"
    assert condition.manager == "Иван Примеров"


@pytest.mark.parametrize(
    ("lead", "reason"),
    [("call 999999999", "says-no"), ("deal 4", "bad-lead"), ("{{absent}}", "bad-lead")],
)
def test_a_lead_that_is_not_there(flows: Flows, api: RunningApi, lead: str, reason: str) -> None:
    flows.apply("one", SOURCE + COMMENT + f'lead = "{lead}"\n')
    deliver(flows)
    assert flows.states() == [("failed", reason)]


def test_a_tag_without_any_text_is_refused(flows: Flows, api: RunningApi) -> None:
    tag = '[[steps]]\nkind = "calltouch_tag"\nlead = "call 4"\ntags = ["{{absent}}"]\n'
    flows.apply("one", SOURCE + tag)
    deliver(flows)
    assert flows.states() == [("failed", "missing-field")]
    assert posts(api) == []


def test_a_comment_that_may_be_there_is_not_written_again(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("close"))
    flows.apply("one", SOURCE + COMMENT + 'lead = "call 4"\n')
    deliver(flows)
    pass_time(flows, 60 * MINUTE)
    assert flows.states() == [("unknown", "broken")]
    assert len(posts(api)) == 1


def test_the_api_may_fail_for_one_step_and_the_rest_goes_on(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("500"))
    more = 'lead = "call 4"\non_failure = "go on"\n[[steps]]\nkind = "http"\nmethod = "PUT"\n'
    flows.apply("one", SOURCE + COMMENT + more + 'url = "{url}/200"\n')
    deliver(flows)
    (operation,) = flows.operations()
    assert (operation.state, operation.notes) == ("done", ("note: status-500",))


def test_an_answer_that_says_nothing_of_the_lead_is_noted(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("body", message='{"data": {}}'))
    flows.apply("one", SOURCE + COMMENT + 'lead = "call 4"\n')
    deliver(flows)
    assert flows.operations()[0].notes == ("calltouch-silent",)
    assert flows.states() == [("done", "")]


def test_without_an_account_it_is_said(flows: Flows) -> None:
    flows.apply("one", SOURCE + COMMENT + 'lead = "call 4"\n')
    deliver(flows)
    assert flows.states() == [("failed", "not-available")]


def test_a_stopped_flow_sends_nothing(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + RING, running=False)
    deliver(flows)
    assert flows.states() == [("held", "flow-stopped")]
    assert posts(api) == []
