"""Reports over leads whose numbers are at the ends of their ranges: one such webhook, and a report
that cannot count it would say nothing of any lead."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import REPORTS
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.reports.world import ZONE

BEGAN = datetime(2026, 11, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo(ZONE))
PERIOD = Filters(date(2008, 1, 1), date(2026, 11, 20))
LEAST, MOST, MOST_SECONDS = str(-(2**63)), str(2**63 - 1), str(2**31 - 1)
CALL = {
    **{"leadtype": "call", "siteId": MOST, "sessionId": MOST, "callphase": "calldisconnected"},
    **{"duration": MOST_SECONDS, "waiting_time": MOST_SECONDS, "rating": "32767"},
    **{"callerphone": "79990001122", "tags_manual": "Продажа", "manager": "Анна"},
    **{"attribution": "1", "source": "yandex", "callback": "true"},
}
LIVES: list[dict[str, Any]] = [
    {**CALL, "id": MOST, "status": "successful", "timestamp": f"{BEGAN.timestamp():.0f}"},
    {**CALL, "id": LEAST, "status": "unsuccessful", "timestamp": f"{BEGAN.timestamp() - 5:.0f}"},
    {**CALL, "id": "1", "status": "successful", "timestamp": "253402300799"},
    {**CALL, "id": "2", "status": "unsuccessful", "timestamp": "1199145600"},
    {**CALL, "id": "3", "status": "unsuccessful", "calltime": "0001-01-01 00:00:00"},
    {**CALL, "id": "4", "status": "unsuccessful", "calltime": "9999-12-31 23:59:59"},
    {"leadtype": "request", "requestId": MOST, "callerphone": "79990001122", "subject": "Заявка"},
    {"leadtype": "request", "requestId": LEAST, "callerphone": "79990001122"},
    {"leadtype": "call", "id": MOST, "attribution": "0", "source": "(direct)"},
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    deliveries = [
        Sent(number, BEGAN + timedelta(seconds=number), params)
        for number, params in enumerate(LIVES, 1)
    ]
    with new_store(Path(tmp_path_factory.mktemp("extremes"))) as db:
        fold_into(db, [deliveries])
        db.execute("insert into freshness values ($at, 9, $at, 'test', 1)", {"at": NOW})
        yield db


@pytest.mark.parametrize("name", [report.name for report in REPORTS])
def test_every_report_answers(db: DuckDBPyConnection, name: str) -> None:
    assert ask(db, Question.about(name, PERIOD, ZONE, NOW)).columns


def test_each_lead_counts_once(db: DuckDBPyConnection) -> None:
    (webhook,) = ask(db, Question.about("webhooks", PERIOD, ZONE, NOW)).records()
    assert (webhook["deliveries"], webhook["leads"]) == (9, 8)
    (overview,) = ask(db, Question.about("overview", PERIOD, ZONE, NOW)).records()
    assert overview["leads"] == 8
