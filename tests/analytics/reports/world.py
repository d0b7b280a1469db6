"""A published file to ask, made in this process, and its tables in pandas.

Most leads are simulated, from both webhooks, with duplicates, losses and deliveries out of order.
Beside them are odd ones over more than a year: flags that nobody sent, no date, no source, only
one model, people known by their e-mail alone or not at all.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from analytics.calendar.definition import read_calendar
from analytics.calendar.table import replace_calendar
from analytics.fold import DECODED, fold
from analytics.publish.publisher import publish
from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Answer, Question, ask
from analytics.reports.filters import Filters
from analytics.reports.groups import DEFAULT_GROUPS
from analytics.store import StoreFingerprint, open_store, transaction
from receiver.decode import decode
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import DEFAULT, LAST_TOUCH, usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.mishaps import MishapCounts, Mishaps, befall
from simulator.webhooks.sendings import sendings
from simulator.world import World as Simulated
from tests.analytics.reports.rows import records

ZONE = "Europe/Moscow"
PUBLISHED = "calltouch.duckdb"
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=MOSCOW)
"""This world's present, a Friday."""
FIRST_DAY = (NOW - timedelta(430)).date()
LAST_DAY = NOW.date()
CALENDAR = """
[hours]
mon = "09:00-18:00"
tue = "09:00-18:00"
wed = "09:00-18:00"
thu = "09:00-18:00"
fri = "09:00-17:00"
sat = "10:00-16:00"

[days]
"2026-11-13" = "off"
"2026-10-18" = "12:00-24:00"
"""
TABLES = (
    "leads",
    "lead_attributions",
    "lead_tags",
    "lead_changes",
    "lead_comments",
    "lead_url_params",
    "call_phrases",
    "deliveries",
    "suspected_gaps",
    "calendar",
)

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """`frame`: a table whole, NULLs as pandas has them; a caller that changes it takes a copy."""

    path: Path

    @cached_property
    def published(self) -> Published:
        return Published(PublishedFile(self.path))

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        with self.published.reading() as db:
            found = {name: db.execute(f"select * from {name}").to_arrow_table() for name in TABLES}
        return {name: table.to_pandas() for name, table in found.items()}

    def frame(self, table: str) -> pd.DataFrame:
        return self._frames[table]

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        return {}

    def rows(self, name: str, make: Callable[[], pd.DataFrame] | None = None) -> list[Row]:
        """The rows of a table, or of the frame of that name that is made the first time, with None
        for what is absent; nobody may change them."""
        if name not in self._rows:
            self._rows[name] = records(make() if make else self.frame(name))
        return self._rows[name]

    def ask(
        self,
        report: str,
        filters: Filters,
        groups: tuple[str, ...] = DEFAULT_GROUPS,
        **options: Any,
    ) -> Answer:
        asked = Question.about(report, filters, ZONE, NOW, **options)
        question = Question(asked.report, filters, ZONE, NOW, groups, options)
        with self.published.reading() as db:
            return ask(db, question)


def make_world(directory: Path) -> World:
    """Fold the deliveries into a store there and publish it."""
    store, published = directory / "store.duckdb", directory / PUBLISHED
    rows = sorted([*_simulated(), *_odd(), *_rare()], key=lambda row: row["received_at"])
    for number, row in enumerate(rows, 1):
        row["delivery_id"] = number
    db = open_store(store, StoreFingerprint(ZONE, "tests"))
    with transaction(db):
        fold(db, pa.Table.from_pylist(rows, schema=DECODED))
    replace_calendar(db, read_calendar(CALENDAR), NOW.year)
    publish(db, store, published, "test")
    db.close()
    return World(published)


def _simulated(leads: int = 450, days: int = 60) -> Iterator[Row]:
    chance = random.Random(3)
    world = Simulated(NOW, leads=leads, days=days)
    webhooks = usual_webhooks(by_get=(LAST_TOUCH,))
    mishaps = Mishaps(duplicates=0.03, reorder=0.05, loss=0.01)
    for sending in befall(sendings(world, webhooks), mishaps, MishapCounts()):
        found = decode(sending.query, sending.body, CONTENT_TYPE, {})
        lag = chance.choice((0, 1, 1, 2, 3, 40, 900))
        received = datetime.fromtimestamp(sending.sent_at + lag, MOSCOW)
        yield _row(received, sending.webhook, sending.method, found.params)


def _row(received: datetime, webhook: str, method: str, params: Row, **others: Any) -> Row:
    return {
        "received_at": received,
        "webhook": webhook,
        "origin": "webhook",
        "method": method,
        "source_ip": "92.118.66.7",
        "webhook_model": None,
        "webhook_kind": None,
        "problems": [],
        "is_empty": False,
        "params": json.dumps(params, ensure_ascii=False),
        **others,
    }


_TRAFFIC: tuple[Row, ...] = (
    {"source": "yandex", "medium": "cpc", "utm_source": "yandex", "utm_campaign": "<не заполнено>"},
    {"source": "google", "medium": "cpc", "utm_source": "google", "utm_campaign": "autumn"},
    {"source": "google", "medium": "cpc", "utm_source": "google", "utm_campaign": "Autumn"},
    {"source": "(direct)", "medium": "(none)"},
    {"source": "vk", "medium": "<не указано>", "city": "saint petersburg", "device": "MOBILE"},
    {},
)


def _odd(people: int = 45) -> list[Row]:
    chance = random.Random(8)
    found: list[Row] = []
    number = 0
    for person in range(people):
        contact = _contact(person)
        at = NOW - timedelta(minutes=chance.randrange(500, 430 * 24 * 60))
        for _ in range(chance.choice((1, 1, 2, 3, 6))):
            number += 1
            found += _odd_lead(chance, number, at, contact)
            at += timedelta(minutes=chance.choice((7, 60, 1440, 10_080, 44_640, 200_000)))
            if at >= NOW - timedelta(minutes=60):
                break
    found.append(_row(NOW - timedelta(9), DEFAULT, "POST", {"leadtype": "letter", "id": "5"}))
    found.append(_row(NOW - timedelta(8), DEFAULT, "POST", {}, is_empty=True))
    return found


def _rare() -> Iterator[Row]:
    """What hardly ever happens and would not be met by chance."""
    at = NOW - timedelta(days=12)
    known_by_id = {"leadtype": "call", "siteId": "1", "ctCallerId": "by-id", "unique": "true"}
    for number, days in ((9001, 4), (9002, 2)):
        yield _told(at - timedelta(days), at - timedelta(days), known_by_id | {"id": str(number)})
    # Once with a phone.
    yield _told(at, at, known_by_id | {"id": "9008", "callerphone": "79169990002"})
    same = {"leadtype": "request", "requestId": "9003", "source": "vk", "targetrequest": "target"}
    for model in ("0", "1"):
        yield _told(at, at, same | {"attribution": model})
    # A callback request whose calls come without a phase.
    redial = {"leadtype": "call", "callback_request_id": "no-phase", "targetcall": "target"}
    missed = redial | {"id": "9006", "status": "unsuccessful", "callerphone": "8 916 999-00-01"}
    yield _told(at, at, missed)
    at_last = at + timedelta(minutes=6)
    answered = redial | {"id": "9007", "status": "successful", "callerphone": "+79169990001"}
    yield _told(at_last, at_last, answered)
    # Taken away and given again.
    for minutes, tags in ((0, "Ждёт, VIP"), (30, "VIP"), (90, "VIP, Ждёт,Новый")):
        sent = at + timedelta(minutes=minutes)
        yield _told(at, sent, {"leadtype": "request", "requestId": "9004", "tags_manual": tags})
    # Calltouch's clock is ahead of its own.
    for seconds, tags in ((-90, "null"), (-60, "VIP")):
        sent = at + timedelta(seconds=seconds)
        yield _told(at, sent, {"leadtype": "call", "id": "9005", "tags_manual": tags})


def _told(happened: datetime, sent: datetime, params: Row) -> Row:
    moments = {"timestamp": happened, "sendingTimestamp": sent}
    stamps = {name: str(int(moment.timestamp())) for name, moment in moments.items()}
    return _row(sent + timedelta(seconds=1), DEFAULT, "POST", params | stamps)


def _contact(person: int) -> Row:
    phone, email = f"7916000{person:04}", f"client{person}@example.com"
    return (
        {"callerphone": phone},
        {"callerphone": phone, "email": email},
        {"email": email},
        {"callerphone": phone, "email": "family@example.com"},
        {},
    )[person % 5]


# A + that was not encoded has become a blank.
_SPELLINGS: dict[str, tuple[Callable[[str], str], ...]] = {
    "callerphone": (
        lambda phone: phone,
        lambda phone: f"+{phone}",
        lambda phone: f" {phone}",
        lambda phone: f"8{phone[1:]}",
        lambda phone: f"+7 ({phone[1:4]}) {phone[4:7]}-{phone[7:9]}-{phone[9:]}",
        lambda phone: f"8-{phone[1:4]}-{phone[4:7]}-{phone[7:]} доб. 12",
    ),
    "email": (lambda email: email, lambda email: email.title(), lambda email: f" {email} "),
}


def _odd_lead(chance: random.Random, number: int, at: datetime, contact: Row) -> list[Row]:
    """One delivery, or two of the same model, or one of each model."""
    is_call = chance.random() < 0.55
    spelled = {name: chance.choice(_SPELLINGS[name])(value) for name, value in contact.items()}
    first = (_odd_call if is_call else _odd_request)(chance, number, at) | spelled
    if is_call and "callerphone" in contact and chance.random() < 0.5:
        first["ctCallerId"] = f"caller-{contact['callerphone']}"
    first["attribution"] = chance.choice(("1", "1", "0"))
    rows = [_row(at + timedelta(seconds=20), DEFAULT, "POST", first | chance.choice(_TRAFFIC))]
    if chance.random() < 0.4:
        other = {"attribution": str(1 - int(first["attribution"]))}
        told = first | other | chance.choice(_TRAFFIC)
        rows.append(_row(at + timedelta(seconds=25), LAST_TOUCH, "GET", told))
    if chance.random() < 0.4:
        tags = {"tags_manual": chance.choice(("VIP", "VIP,Повторный", "Спам?"))}
        sent = at + timedelta(minutes=chance.choice((3, 50, 3000)))
        said = first | tags | {"sendingTimestamp": str(int(sent.timestamp()))}
        rows.append(_row(sent, DEFAULT, "POST", said | {"changedFields": "tags_manual"}))
    return rows


def _odd_call(chance: random.Random, number: int, at: datetime) -> Row:
    params: Row = {
        "leadtype": "call",
        "id": str(number),
        "siteId": chance.choice(("1", "2")),
        # null: not ticked in Calltouch's cabinet.
        "callphase": chance.choice(("calldisconnected",) * 3 + ("null", "callconnected")),
        "timestamp": str(int(at.timestamp())),
        **_some(chance, unique=("true", "false"), spam=("true", "false")),
        **_some(chance, worktime=("worktime", "nonworktime"), callback=("true", "false")),
        **_some(chance, manager=("Ivan", "Мария"), phonenumber=("74950000001",)),
        **_some(chance, tags_auto_af=("Спам",), tags_auto_gr=("Мужчина", "Женщина")),
    }
    if params["callphase"] != "callconnected":
        params |= _some(
            chance,
            targetcall=("target", "nontarget"),
            uniqtargetcall=("uniqtarget", "nonuniqtarget"),
            status=("successful", "unsuccessful"),
            waiting_time=("5", "17", "45"),
            duration=("0", "30", "300"),
        )
    return params


def _odd_request(chance: random.Random, number: int, at: datetime) -> Row:
    params: Row = {
        "leadtype": "request",
        "requestId": str(number),
        "siteId": "1",
        "requestDate": f"{at:%Y-%m-%d %H:%M:%S}",
        **_some(chance, uniquerequest=("true", "false"), subject=("Заявка", "Обратный звонок")),
        **_some(chance, targetrequest=("target", "nontarget"), tags_request=("Замер", "Каталог")),
        **_some(chance, uniqtargetrequest=("uniqtarget", "nonuniqtarget"), fio=("Анна",)),
    }
    if chance.random() < 0.15:
        params["requestDate"] = "null"
    return params


def _some(chance: random.Random, **values: Sequence[str]) -> Row:
    """Each parameter as one of its values, or now and then not at all."""
    drawn = {name: chance.choice(of) for name, of in values.items()}
    return {name: value for name, value in drawn.items() if chance.random() < 0.75}
