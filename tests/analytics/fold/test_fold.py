"""The folding rules, one by one. The property test beside this one crosses them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from tests.analytics.fold.folding import decoded_table, fold_into, new_store
from tests.analytics.fold.plain_fold import Sent

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Store:
    """A store that takes deliveries in order of receipt, one second apart."""

    def __init__(self, db: DuckDBPyConnection) -> None:
        self.db = db
        self.received = 0

    def take(self, *deliveries: dict[str, Any], **options: Any) -> None:
        """As one batch."""
        batch = []
        for params in deliveries:
            self.received += 1
            at = START + timedelta(seconds=self.received)
            batch.append(Sent(self.received, at, params, **options))
        fold_into(self.db, [batch])

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.db.execute(query).fetchall()

    def one(self, query: str) -> Any:
        (row,) = self.ask(query)
        return row[0] if len(row) == 1 else row


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as db:
        yield Store(db)


def call(sent: int = 0, **params: Any) -> dict[str, Any]:
    stamp = str(int(START.timestamp()) + sent)
    return {"leadtype": "call", "id": "1", "sendingTimestamp": stamp, **params}


def test_ids_beyond_what_a_float_holds_come_through(store: Store) -> None:
    store.take(
        {
            "leadtype": "call",
            "id": "9007199254740993",
            "ctClientId": "2500000000001234567",
            "sessionId": "3",
        }
    )
    assert store.one("select lead_id, ct_client_id, session_id from leads") == (
        9007199254740993,
        "2500000000001234567",
        3,
    )


@pytest.mark.parametrize(
    ("params", "lead"),
    [
        ({"leadtype": "call", "id": "5"}, ("call", 5)),
        ({"leadtype": "request", "requestId": "5"}, ("request", 5)),
        ({"requestId": "6", "id": "5", "requestDate": "2026-11-02 12:00:00"}, ("request", 6)),
        ({"requestId": "6", "subject": "Заявка"}, ("request", 6)),
        ({"requestId": "null", "id": "5", "callphase": "callconnected"}, ("call", 5)),
        ({"leadtype": "", "id": " 5 ", "callerphone": "1", "timestamp": "0"}, ("call", 5)),
        ({"id": "5", "callerphone": "1", "calltime": "2026-11-02 12:00:00"}, ("call", 5)),
        ({"leadtype": "call", "id": "5", "orderId": "1", "dealName": "Окна"}, ("call", 5)),
    ],
)
def test_which_lead_it_is(store: Store, params: dict[str, str], lead: tuple[str, int]) -> None:
    store.take(params)
    assert store.one("select lead_type, lead_id from leads") == lead
    assert store.one("select lead_type, lead_id from deliveries") == lead


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"leadtype": "visit", "id": "5"}, "leadtype is neither call nor request"),
        ({"id": "777", "status": "won"}, "no leadtype, and nothing else tells it"),
        ({"requestId": "777", "status": "won"}, "no leadtype, and nothing else tells it"),
        ({"id": "777", "callerphone": "79990001122"}, "no leadtype, and nothing else tells it"),
        ({"leadtype": "request", "id": "5"}, "no lead id"),
        ({"leadtype": "call", "id": "12.5"}, "lead id is not a whole number"),
        ({"leadtype": "call", "id": "9223372036854775808"}, "lead id is not a whole number"),
        ({"id": "undefined"}, "no lead id"),
        ({"fio": "Анна"}, "no lead id"),
    ],
)
def test_without_a_usable_id_it_is_quarantined(
    store: Store, params: dict[str, str], problem: str
) -> None:
    store.take(params)
    assert store.one("select outcome, problems from deliveries") == ("quarantined", [problem])
    assert store.one("select count(*) from leads") == 0
    assert json.loads(store.one("select params from deliveries")) == params


DEAL = {"id": "777", "dealName": "Окна", "callphase": "calldisconnected"}


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        (DEAL, "deals"),
        ({"orderNumber": "17", "requestId": "777", "subject": "Окна"}, "deals"),
        ({"orderId": "17", "id": "777", "status": "won"}, "deals"),
        ({"leadtype": "Deal", "id": "777"}, "deals"),
        ({"id": "777", "funnel": "Продажи", "callerphone": "1", "timestamp": "1"}, "deals"),
        ({"chatId": "5", "requestId": "777", "requestDate": "2026-11-02 12:00:00"}, "chats"),
        ({"leadtype": "chat", "id": "777"}, "chats"),
        ({"id": "777", "messenger": "telegram", "tgUsername": "anna"}, "chats"),
    ],
)
def test_deals_and_chats_are_kept_and_are_no_leads(
    store: Store, params: dict[str, str], kind: str
) -> None:
    lead = {"leadtype": "call", "id": "777", "status": "successful"}
    store.take(lead, {"leadtype": "request", "requestId": "777", "status": "new"})
    store.take(params)
    row = "select outcome, kind, lead_id, attribution_model, problems from deliveries"
    assert store.one(f"{row} where delivery_id = 3") == ("other", kind, None, None, [])
    assert store.ask("select status from leads order by all") == [("new",), ("successful",)]


@pytest.mark.parametrize("kind", ["deals", "chats"])
def test_a_webhook_said_to_send_deals_or_chats_sends_no_leads(store: Store, kind: str) -> None:
    store.take({"leadtype": "call", "id": "7"}, {}, webhook_kind=kind)
    store.take({}, is_empty=True, webhook_kind=kind)
    rows = store.ask("select outcome, kind from deliveries order by delivery_id")
    assert rows == [("other", kind), ("other", kind), ("probe", kind)]
    assert store.one("select count(*) from leads") == 0


def test_a_webhook_said_to_send_leads_needs_no_lead_type(store: Store) -> None:
    store.take({"id": "5"}, {"requestId": "6", "id": "5"}, DEAL, webhook_kind="leads")
    query = "select lead_type, lead_id, kind from deliveries order by delivery_id"
    assert store.ask(query) == [
        ("call", 5, "leads"),
        ("request", 6, "leads"),
        ("call", 777, "leads"),
    ]


def test_an_empty_one_is_a_probe(store: Store) -> None:
    store.take({}, {"id": "{id}"}, is_empty=True)
    store.take({"leadtype": "call", "id": "7", "fio": "{fio}"}, is_empty=True)
    query = "select outcome, problems from deliveries order by delivery_id"
    assert store.ask(query) == [("probe", []), ("probe", []), ("created", [])]


def test_calls_and_requests_with_one_id_are_two_leads(store: Store) -> None:
    store.take({"leadtype": "call", "id": "5"}, {"leadtype": "request", "requestId": "5"})
    assert store.ask("select lead_type from leads order by all") == [("call",), ("request",)]


def test_a_later_sending_wins_in_whatever_order_they_come(store: Store) -> None:
    store.take(call(20, status="successful"))
    store.take(call(10, status="unsuccessful", manager="Анна"))
    assert store.one("select status, manager from leads") == ("successful", "Анна")
    query = "select outcome, is_late from deliveries order by delivery_id"
    assert store.ask(query) == [("updated", False), ("created", True)]
    assert store.ask("select field, old_value, new_value from lead_changes") == [
        ("status", "unsuccessful", "successful")
    ]


def test_in_one_second_the_start_of_a_call_comes_first(store: Store) -> None:
    store.take(call(callphase="calldisconnected", redirectNumber="7495"))
    store.take(call(callphase="callconnected", redirectNumber="undefined"))
    assert store.one("select call_phase, redirect_number from leads") == (
        "calldisconnected",
        "7495",
    )


def test_without_a_stamp_the_time_of_receipt_counts(store: Store) -> None:
    store.take(
        {"leadtype": "call", "id": "1", "status": "a"}, call(status="b", sendingTimestamp="soon")
    )
    assert store.one("select status from leads") == "b"
    assert store.ask("select sent_at = received_at, problems from deliveries order by all") == [
        (True, []),
        (True, ["not instant: sendingTimestamp"]),
    ]


def test_what_is_absent_says_nothing_and_what_is_empty_clears(store: Store) -> None:
    store.take(call(0, manager="Анна", orderId="7", utm_term="купить"))
    store.take(call(1, orderId="null", utm_term="<не заполнено>"))
    assert store.one("select manager, order_id, utm_term from leads") == ("Анна", None, "")


@pytest.mark.parametrize("marker", ["null", "undefined", "", "<не указано>"])
def test_markers_for_empty_are_null(store: Store, marker: str) -> None:
    store.take(call(0, pool=marker, duration=marker, spam=marker, text=marker))
    assert store.one("select pool, duration, is_spam from leads") == (None, None, None)
    assert store.one("select problems from deliveries") == []


@pytest.mark.parametrize(
    ("name", "value", "column", "kind"),
    [
        ("duration", "12.7", "duration", "integer"),
        ("duration", "99999999999", "duration", "integer"),
        ("rating", "five", "rating", "smallint"),
        ("siteId", "shop", "site_id", "bigint"),
        ("unique", "yes", "is_unique", "true or false"),
        ("targetcall", "true", "is_target", "target or non-target"),
        ("worktime", "1", "is_worktime", "worktime or non-worktime"),
        ("calltime", "2026-02-30 10:00:00", "happened_at", "local time"),
        ("timestamp", "99999999999999", "happened_at", "instant"),
        ("timestamp", "253402300799", "happened_at", "instant"),
        ("timestamp", "0", "happened_at", "instant"),
        ("timestamp", "1793883601", "happened_at", "instant"),
        ("calltime", "0001-01-01 00:00:00", "happened_at", "local time"),
        ("requestDate", "1900-01-01 00:00:00", "happened_at", "local time"),
        ("calltime", "2026-11-05 12:00:00", "happened_at", "local time"),
        ("calltime", "9999-12-31 23:59:59", "happened_at", "local time"),
        ("comment", "text", "order_id", "list"),
        ("manager", {"a": "b"}, "manager", "text"),
    ],
)
def test_what_does_not_fit_is_null_and_noted_and_the_rest_counts(
    store: Store, name: str, value: Any, column: str, kind: str
) -> None:
    store.take(call(0, status="successful", **{name: value}))
    assert store.one(f"select {column}, status from leads") == (None, "successful")
    assert store.one("select problems, outcome from deliveries") == (
        [f"not {kind}: {name}"],
        "created",
    )


def test_a_lead_without_a_possible_time_is_of_the_day_of_its_receipt(store: Store) -> None:
    store.take(call(timestamp="253402300799"), call(1, calltime="0001-01-01 00:00:00"))
    query = "select happened_at, happened_local, day from leads"
    assert store.ask(query) == [(None, None, START.date())]
    frame = store.db.sql("select * from leads").df()
    assert len(frame) == 1


@pytest.mark.parametrize("stamp", ["0", "1199145599", "253402300799", "1793883601"])
def test_an_impossible_stamp_gives_way_to_the_receipt(store: Store, stamp: str) -> None:
    store.take(call(sendingTimestamp=stamp))
    assert store.one("select sent_at = received_at, problems from deliveries") == (
        True,
        ["not instant: sendingTimestamp"],
    )


def test_when_a_lead_happened(store: Store) -> None:
    store.take(
        {
            "leadtype": "call",
            "id": "1",
            "timestamp": "1695673772",
            "calltime": "2011-01-01 00:00:00",
        },
        {"leadtype": "call", "id": "2", "calltime": "2023-09-25 23:29:32"},
        {"leadtype": "request", "requestId": "3", "requestDate": "2023-09-25 23:29:32"},
        {"leadtype": "call", "id": "4"},
    )
    query = "select epoch(happened_at)::bigint, happened_local from leads order by lead_id"
    moment = (1695673772, datetime(2023, 9, 25, 23, 29, 32))
    assert store.ask(query) == [moment, moment, moment, (None, None)]


@pytest.mark.parametrize(
    ("zone", "local", "told", "happened"),
    [
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25 00:31:00", "2026-10-25 00:30:00"),
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25 01:29:59", "2026-10-25 00:30:00"),
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25 01:30:00", "2026-10-25 01:30:00"),
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-11-02 00:00:00", "2026-10-25 01:30:00"),
        ("Europe/Berlin", "2026-10-25 02:30:00", None, "2026-10-25 01:30:00"),
        ("Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24 23:59:59", "2026-10-24 23:59:59"),
        ("Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25 00:30:00", "2026-10-25 02:00:00"),
        ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29 00:30:00", "2026-03-29 01:30:00"),
        ("America/New_York", "2026-11-01 01:15:00", "2026-11-01 05:20:00", "2026-11-01 05:15:00"),
        ("Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04 15:00", "2026-04-04 14:45:00"),
        ("Europe/Moscow", "2026-10-25 02:30:00", "2026-10-24 20:00:00", "2026-10-24 23:30:00"),
    ],
)
def test_an_hour_that_comes_twice_is_told_by_the_first_stamp(
    tmp_path: Path, zone: str, local: str, told: str | None, happened: str
) -> None:
    """Times are UTC, but for `local`."""
    stamps = ["2026-11-04 00:00:00", *([told] if told else [])]
    with new_store(tmp_path, zone) as db:
        store = Store(db)
        for stamp in stamps if told else []:
            at = datetime.fromisoformat(stamp).replace(tzinfo=UTC)
            store.take({"leadtype": "call", "id": "1", "sendingTimestamp": f"{at.timestamp():.0f}"})
        # What the API was asked, and what has no stamp, was told no earlier than that.
        asked = {"leadtype": "call", "id": "1", "sendingTimestamp": "1700000000"}
        store.take(asked, origin="api")
        store.take({"leadtype": "call", "id": "1", "calltime": local})
        query = "select timezone('UTC', happened_at)::varchar, happened_local from leads"
        found, shown = store.one(query)
        assert found == happened
        assert (str(shown) == local) == (local != "2026-03-29 02:30:00")


def test_another_sites_lead_id_is_noted(store: Store) -> None:
    store.take(call(0, siteId="10001"), call(10, siteId="10002"), call(20, siteId="10001"))
    store.take(call(30, siteId="10001"), call(40), call(50, siteId="null"), call(60, siteId="+1"))
    noted = ["another site's lead id: siteId"]
    query = "select problems from deliveries order by delivery_id"
    assert store.ask(query) == [([],), (noted,), (noted,), ([],), ([],), ([],), ([],)]
    store.take(call(5, siteId="10002"), call(70, siteId=" 01 "))
    changed = [([],), ([],), (noted,), ([],), ([],), ([],), ([],), (noted,), ([],)]
    assert store.ask(query) == changed
    assert store.one("select site_id, delivery_count from leads") == (1, 9)


def test_a_model_with_blanks_around_it_is_that_model(store: Store) -> None:
    store.take(call(0, attribution="1", source="yandex"))
    store.take(call(0, attribution=" 0", source="(direct)"))
    query = "select attribution_model, source from lead_attributions order by attribution_model"
    assert store.ask(query) == [(0, "(direct)"), (1, "yandex")]
    assert store.ask("select distinct problems from deliveries") == [([],)]


def test_two_webhooks_with_two_models_never_overwrite_one_another(store: Store) -> None:
    """The example of Calltouch's own document: paid by one model, direct by the other."""
    store.take(call(0, attribution="1", source="yandex", medium="cpc", utm_source="yandex"))
    store.take(
        call(0, attribution="0", source="(direct)", medium="(none)", utm_source="<не указано>"),
        webhook="last-touch",
    )
    query = """select attribution_model, source, medium, utm_source
        from lead_attributions order by attribution_model"""
    assert store.ask(query) == [(0, "(direct)", "(none)", None), (1, "yandex", "cpc", "yandex")]
    assert store.one("select source, attribution_model, delivery_count from leads") == (
        "yandex",
        1,
        2,
    )
    assert store.ask("select outcome from deliveries") == [("created",), ("updated",)]
    assert store.one("select count(*) from lead_changes") == 0


def test_model_0_alone_is_shown_until_model_1_comes(store: Store) -> None:
    store.take(call(0, attribution="0", source="(direct)"))
    assert store.one("select source, attribution_model from leads") == ("(direct)", 0)
    store.take(call(1, attribution="1", source="yandex"))
    assert store.one("select source, attribution_model from leads") == ("yandex", 1)


def test_the_model_is_what_is_sent_else_what_is_configured_else_1(store: Store) -> None:
    store.take(call(0), webhook_model=0)
    store.take(call(1, attribution="1"), webhook_model=0)
    store.take(call(2))
    store.take(call(3, attribution="7"))
    query = "select attribution_model, problems from deliveries order by delivery_id"
    assert store.ask(query) == [(0, []), (1, []), (1, []), (1, ["not 0 or 1: attribution"])]


def test_a_change_of_traffic_names_its_model(store: Store) -> None:
    store.take(call(0, attribution="1", source="a"), call(1, attribution="0", source="b"))
    store.take(call(2, attribution="0", source="c", changedFields="source"))
    query = "select field, attribution_model, old_value, new_value, is_declared from lead_changes"
    assert store.ask(query) == [("source", 0, "b", "c", True)]


def test_first_carried_later_counts_unless_it_says_nothing(store: Store) -> None:
    store.take(call(0), call(1, spam="false", manager="null", changedFields="manager"))
    query = "select field, old_value, new_value, is_declared from lead_changes"
    assert store.ask(query) == [("spam", None, "false", False)]


def test_a_new_recording_link_is_no_change_but_is_kept(store: Store) -> None:
    store.take(call(0, reclink="https://a.example/1"), call(1, reclink="https://a.example/2"))
    assert store.one("select reclink from leads") == "https://a.example/2"
    assert store.one("select count(*) from lead_changes") == 0
    assert store.ask("select outcome from deliveries") == [("created",), ("unchanged",)]


def test_a_value_that_goes_and_comes_back_is_two_changes(store: Store) -> None:
    store.take(*[call(n, spam=word) for n, word in enumerate(["false", "true", "true", "false"])])
    query = "select old_value, new_value from lead_changes order by changed_at"
    assert store.ask(query) == [("false", "true"), ("true", "false")]


def test_a_tag_has_come_with_the_first_change_that_knows_it_as_new(store: Store) -> None:
    """However long the list is; one that was there from the start has not come."""
    many = ",".join(f"метка {number}" for number in range(300))
    store.take(call(0, tags_manual="Продажа"))
    store.take(
        call(1, tags_manual=f"Сервис,{many}"), call(2, tags_manual=f"Сервис,{many}, Продажа")
    )
    query = """
        select tag, epoch(tagged_at - (select min(sent_at) from deliveries))
        from lead_tags
        where tag in ('Продажа', 'Сервис', 'метка 299')
        order by tag
    """
    assert store.ask(query) == [("Продажа", None), ("Сервис", 1.0), ("метка 299", 1.0)]


def test_tags_are_split_trimmed_and_each_once(store: Store) -> None:
    store.take(call(0, tags_manual=" Продажа,Сервис , Продажа,,", tags_auto_pr="Продажа"))
    query = "select tag_category, tag from lead_tags order by all"
    assert store.ask(query) == [
        ("auto_pr", "Продажа"),
        ("manual", "Продажа"),
        ("manual", "Сервис"),
    ]
    store.take(call(1, tags_manual="null"))
    assert store.ask(query) == [("auto_pr", "Продажа")]


def test_lists_are_replaced_as_a_whole_and_their_change_is_json(store: Store) -> None:
    first = [{"party": "Анна", "comment": "да"}]
    store.take(call(0, comment=first, text=[{"channel": "client", "phrase": "алло"}]))
    store.take(call(1, comment=[*first, {"party": "Борис", "comment": "нет"}]))
    assert store.ask("select position, party, comment from lead_comments order by 1") == [
        (0, "Анна", "да"),
        (1, "Борис", "нет"),
    ]
    assert store.ask("select position, channel, phrase from call_phrases") == [
        (0, "client", "алло")
    ]
    old, new = store.one("select old_value, new_value from lead_changes")
    assert json.loads(old) == first
    assert len(json.loads(new)) == 2


def test_an_omitted_list_that_is_named_as_changed_is_cleared(store: Store) -> None:
    store.take(
        call(0, comment=[{"party": "a", "comment": "b"}], add_url_params=[{"name": "x"}]),
        call(1, changedFields="status"),
    )
    assert store.one("select count(*) from lead_comments") == 1
    store.take(call(2, changedFields="comment,add_url_params"))
    assert store.one("select count(*) from lead_comments") == 0
    assert store.one("select count(*) from lead_url_params") == 0
    query = "select field, new_value, is_declared from lead_changes order by 1"
    assert store.ask(query) == [("add_url_params", None, True), ("comment", None, True)]


def test_url_params_are_kept_per_model(store: Store) -> None:
    store.take(call(0, attribution="1", add_url_params=[{"name": "ab", "value": "1"}]))
    store.take(call(1, attribution="0", add_url_params=[{"name": "ab", "value": "2"}]))
    query = "select attribution_model, position, name, value from lead_url_params order by 1"
    assert store.ask(query) == [(0, 0, "ab", "2"), (1, 0, "ab", "1")]


def test_unknown_parameters_go_to_extra_and_have_a_history(store: Store) -> None:
    store.take(call(0, новое="да", deal=[{"id": "1"}], empty="null"))
    assert json.loads(store.one("select extra from leads")) == {
        "новое": "да",
        "deal": [{"id": "1"}],
    }
    store.take(call(1, новое="нет"))
    assert store.ask("select field, old_value, new_value from lead_changes") == [
        ("новое", "да", "нет")
    ]


def test_an_api_record_never_blanks_what_only_webhooks_carry(store: Store) -> None:
    store.take(
        call(0, rating="5", spam="true", worktime="worktime", reclink="https://a", manager="Анна")
    )
    blanks = {"rating": "null", "spam": "", "worktime": "undefined", "reclink": "null"}
    store.take(call(1, manager="null", **blanks), origin="api")
    assert store.one("select rating, is_spam, is_worktime, reclink, manager from leads") == (
        5,
        True,
        True,
        "https://a",
        None,
    )
    store.take(call(2, rating="3"), origin="api")
    assert store.one("select rating from leads") == 3


def test_a_batch_folded_twice_changes_nothing(store: Store) -> None:
    batch = decoded_table([Sent(1, START, call(0, tags_manual="a")), Sent(2, START, call(1))])
    fold_into(store.db, [[Sent(1, START, call(0, tags_manual="a")), Sent(2, START, call(1))]])
    tables = ("leads", "lead_tags", "deliveries", "lead_attributions")
    before = [store.ask(f"select * from {table} order by all") for table in tables]
    fold_into(store.db, [[Sent(1, START, call(0, tags_manual="b")), Sent(2, START, call(1))]])
    assert [store.ask(f"select * from {table} order by all") for table in tables] == before
    assert batch.num_rows == 2


def test_gaps_a_first_delivery_that_is_no_first_sending(store: Store) -> None:
    store.take(call(0, changedFields="status"))
    query = "select lead_id, webhook, delivery_id, reason from suspected_gaps"
    assert store.ask(query) == [(1, "default", 1, "first delivery is not a first sending")]


def test_gaps_a_change_that_is_not_declared(store: Store) -> None:
    store.take(call(0, status="a", manager="x"))
    store.take(call(9, status="b", manager="y", changedFields="status,reclink", reclink="z"))
    assert store.ask("select reason, fields from delivery_gaps") == [
        ("undeclared change", ["manager"])
    ]


def test_gaps_are_seen_per_webhook(store: Store) -> None:
    """What another webhook brought meanwhile is no gap of this one."""
    store.take(call(0, status="a"))
    store.take(call(1, status="b"), webhook="other")
    store.take(call(2, status="b", changedFields="status"))
    assert store.ask("select * from delivery_gaps") == []


def test_gaps_a_call_that_never_ended(store: Store) -> None:
    began, later = int(START.timestamp()), START + timedelta(hours=5)
    store.take(
        {"id": "1", "callphase": "callconnected", "timestamp": str(began)},
        {"id": "2", "callphase": "callconnected", "timestamp": str(began + 7200)},
        {"id": "3", "callphase": "calldisconnected", "timestamp": str(began)},
    )
    store.db.execute("insert into freshness values (?, 3, ?, 'test', 1)", [later, later])
    query = "select lead_id, delivery_id, reason from suspected_gaps"
    assert store.ask(query) == [(1, 1, "call never ended")]


def test_long_values_come_back_as_they_were_sent(store: Store) -> None:
    talk = [{"channel": "client", "phrase": f"Алло, это {n} ☎" * 40} for n in range(9)]
    store.take(call(), call(1, text=talk, note="н" * 2_500), call(2, text=[], note="н" * 1_001))
    said = store.ask("select params from deliveries order by delivery_id")
    assert json.loads(said[1][0])["text"] == talk
    assert json.loads(said[1][0])["note"] == "н" * 2_500
    assert store.ask("select new_value from lead_changes where field = 'note' order by 1") == [
        ("н" * 1_001,),
        ("н" * 2_500,),
    ]
    query = "select old_value from lead_changes where field = 'text' and new_value is null"
    assert json.loads(store.one(query)) == talk
    # Longer ones would not be compressed.
    assert (
        store.one(
            "select max(length(piece)) from (select unnest(other) as piece from digest.deliveries)"
        )
        == 1_000
    )
    assert store.one("select max(length(new_value)) from digest.lead_changes") == 1_000
