"""SQL and changes, from the file without persons."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from analytics.keyed.making import make_keyed_file
from analytics.published_file import PublishedFile
from analytics.sql_sandbox.limits import SandboxLimits
from analytics.sql_sandbox.sandbox import SqlSandbox
from calltouch.agents.asking import MOST_ROWS
from calltouch.agents.remote_api import RemoteApi
from dashboards.api.sql_room import SqlRoom
from tests.calltouch.agents.conftest import Agent, token_of
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import SETTINGS, ZONE, Place
from tests.jobs.world import NOW


@pytest.fixture(scope="module")
def asking(market: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    keyed = tmp_path_factory.mktemp("keyed") / "calltouch-keyed.duckdb"
    make_keyed_file(PublishedFile(market.published), keyed, b"k" * 32)
    app = market.app(replace(SETTINGS, clock=lambda: NOW))
    SqlRoom(SqlSandbox(keyed, ZONE, SandboxLimits(rows=2000))).attach(app)
    with serving(app) as url:
        yield Agent(RemoteApi(url, token_of(market)))


def test_sql_is_answered_with_the_age_of_its_file(asking: Agent) -> None:
    text = "select count(*) as leads from leads where source = $source and is_target"
    answer = asking.ask("sql", sql=text, parameters={"source": "yandex"})
    assert answer["rows"] == [{"leads": 1132}]
    assert answer["keyed_at"]
    assert answer["last_received_at"].startswith("2026-11-19")
    assert answer["page"].endswith("/sql")
    many = asking.ask("sql", sql="select lead_id from leads")
    assert len(many["rows"]) == MOST_ROWS
    assert many["is_cut"]


def test_sql_that_is_refused_says_what_there_is(asking: Agent) -> None:
    assert "leads" in asking.refusal("sql", sql="select 1 from leeds")
    assert "caller_phone" in asking.refusal("sql", sql="select caller_phone from leads")
    assert asking.refusal("sql", sql="drop table leads")


def test_changes_are_followed_by_a_cursor(asking: Agent, market: Place) -> None:
    since = "2026-11-19T09:00:00+03:00"
    answer = asking.ask("changes", since=since, limit=20)
    rows = answer["rows"]
    while answer["is_cut"]:
        assert len(answer["rows"]) == 20
        answer = asking.ask("changes", since=since, limit=20, cursor=answer["next_cursor"])
        rows += answer["rows"]
    counted = (
        "select count(distinct delivery_id) from lead_changes join deliveries using (delivery_id)"
    )
    received = "received_at > $since::timestamptz and field = 'status'"
    with duckdb.connect(str(market.published), read_only=True) as db:
        (found,) = db.execute(f"{counted} where {received}", {"since": since}).fetchall()[0]
    assert len([row for row in rows if "status" in row["changed_fields"]]) == found > 10
    ids = [row["delivery_id"] for row in rows]
    assert ids == sorted(set(ids))
    assert answer["definition"].startswith("Deliveries that changed a lead")
    nothing = asking.ask("changes", since=since, cursor=answer["next_cursor"])
    assert (nothing["rows"], nothing["next_cursor"]) == ([], answer["next_cursor"])
