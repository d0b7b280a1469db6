"""A data directory in which one person is everywhere, in many spellings, among others."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote_plus

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.reconcile import DifferingField
from dashboards.access.audit import Action, AuditEntry, note
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrder, ErasureOrders, WhomToErase
from receiver.digest.running import Digest
from receiver.inbox.delivery import Delivery
from receiver.reconcile.comparing import ReconciledDay
from receiver.reconcile.results import Results
from receiver.settings.settings import Settings
from tests.byte_search import Sought
from tests.receiver.backup.installation import add_somebody, begin_flow, deliver, take_in
from tests.receiver.deliveries import call, delivery, put

PHONE, EMAIL, NAME = "79161234567", "anna.petrova@example.ru", "Петрова Анна"
SPELT = "+7 (916) 123-45-67"
CALLER_ID = "5f0c3a9d1b7e42868f0c3a9d1b7e4286"
SOUGHT = Sought((PHONE,), (EMAIL,), (NAME,), (CALLER_ID,))
OWN, OTHERS = 3, 9
LEADS = (("call", 501), ("call", 502), ("request", 501))


def make_world(directory: Path) -> Settings:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(directory / "data")})
    place = DataDir(settings.data_dir)
    put(settings, [*own_leads(), *of_others()])
    add_somebody(place, "anna")
    Digest(settings).finish()
    put(settings, [call(501, 1795000900, callerphone=PHONE, fio=NAME, comment="ещё раз")])
    Digest(settings).finish()
    begin_flow(place)
    deliver(place, f"phone={SPELT}&name={quote_plus(NAME)}&id=1", "phone=79990000000&id=2")
    take_in(place)
    deliver(place, f"id=3&note={quote_plus('позвонить ' + SPELT)}")
    fill_state(place)
    fill_files(place)
    put(settings, [call(600, comment=f"перезвонить на {SPELT}")])
    for reserve in directory.rglob("reserve"):
        reserve.unlink()
    return settings


BOTH = WhomToErase(phones=(PHONE,), emails=(EMAIL,))


def with_order(settings: Settings, whom: WhomToErase = BOTH) -> ErasureOrder:
    place = DataDir(settings.data_dir)
    return ErasureOrders(place.orders).place(whom, "anna", ErasureLog(place.erasures).count())


def own_leads() -> list[Delivery]:
    json_body = json.dumps(
        {"leadtype": "request", "requestId": 501, "email": EMAIL, "fio": NAME, "phone": SPELT}
    )
    return [
        call(501, 1795000000, callerphone=PHONE, fio=NAME, ctCallerId=CALLER_ID),
        call(502, 1795000001, callerphone="8" + PHONE[1:], comment=f"{NAME} ждёт"),
        delivery(f"leadtype=call&id=502&sendingTimestamp=1795000300&callerphone=8{PHONE[1:]}&fio="
                 .encode() + "Петрова Анна".encode("cp1251")),
        replace(delivery(json_body), content_type="application/json"),
    ]  # fmt: skip


def of_others() -> list[Delivery]:
    return [
        *(call(700 + n, 1795000000 + n, callerphone=f"7999000000{n}") for n in range(OTHERS)),
        call(710, 1795000050, callerphone="79990000010", comment=f"муж, её номер {SPELT}"),
        call(711, 1795000060, url=f"https://example.ru/?email={quote_plus(EMAIL)}"),
        delivery("", outside=True),
    ]


def fill_state(place: DataDir) -> None:
    now = datetime.now(UTC)
    with closing(AccessStore(place.state)) as access, access.changing() as db:
        note(db, AuditEntry(now, "anna", "admin", Action.SHOWN, "lead", f"q={PHONE}", 1, "::1"))
        note(db, AuditEntry(now, "anna", "admin", Action.RECORDING, "recording", "lead_id=501", 1))
        db.execute(
            "insert into saved_views values ('anna', 'её звонки', ?, '')", [f"search={SPELT}"]
        )
        db.execute("insert into saved_views values ('anna', 'прочее', ?, '')", [SPELT * 300])
        db.execute("delete from saved_views where name = 'прочее'")
    differing = (
        DifferingField("call", 501, "fio", None, "Анна", NAME),
        DifferingField("call", 700, "callerphone", None, "79990000000", "79990000001"),
    )
    day = ReconciledDay(date(2026, 11, 20), 1, "call", 2, 0, 0, (), differing)
    with closing(Results(place.state)) as results:
        results.note(day, date(2026, 11, 21))


def fill_files(place: DataDir) -> None:
    place.damaged.mkdir(exist_ok=True)
    (place.damaged / "one.seg-7-9").write_bytes(b"\x00\x01callerphone=" + PHONE.encode() + b"&x")
    (place.damaged / "two.seg-7-9").write_bytes(b"??")
    place.operations_archive.mkdir(exist_ok=True)
    rows = [{"operation_id": 1, "notes": ["no-key", f"to {EMAIL}"]}, {"operation_id": 2}]
    pq.write_table(pa.Table.from_pylist(rows), place.operations_archive / "2020-01-01.parquet")
    (place.root / "store.broken-17.duckdb").write_bytes(PHONE.encode())
    (place.root / "calltouch.duckdb.previous").write_bytes(EMAIL.encode())
    (place.archive / "2020-01-01.unfinished").write_bytes(PHONE.encode())


def rows_of(path: Path, command: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(command).fetchall()
