"""Reports are the same over a file, over HTTP and on the pages."""

from datetime import date
from typing import Any

import pytest

import calltouch
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from calltouch.dataset import Dataset
from dashboards.access.roles import Role
from tests.calltouch.dataset.conftest import AT_NOON, Remote
from tests.dashboards.conftest import Place
from tests.jobs.world import NOW

A_LEAD = {"lead_type": "call", "lead_id": 1_000_007}


def options_of(report: Report) -> list[dict[str, Any]]:
    """Questions that differ in what the report takes."""
    names = {parameter.name for parameter in report.parameters}
    of_lead = A_LEAD if "lead_id" in names else {}
    asked: list[dict[str, Any]] = [of_lead]
    if report.groups:
        asked.append({"group_by": ["source", "medium"], "period": "90d", "model": 1})
        asked.append({"compare": "previous", "group_by": "site"})
    if "unit" in names:
        asked.append({"unit": "week"})
    if "limit" in names:
        asked.append({**of_lead, "limit": 7})
    return asked


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_a_report_is_the_same_over_a_file_and_over_http(
    report: Report, local: Dataset, remote: Remote
) -> None:
    there = remote(Role.ADMIN)
    for options in options_of(report):
        here, far = (data.report(report.name, **options) for data in (local, there))
        rows, others = here.arrow(), far.arrow()
        if report.name == "published_file":
            assert rows.schema == others.schema
            continue
        assert rows == others, options
        assert here.understood == far.understood
        assert here.freshness == far.freshness
        assert here.sql == far.sql


def test_it_has_the_rows_of_the_api(local: Dataset, market: Place) -> None:
    client = market.client(AT_NOON)
    url = "/api/reports/attribution?period=90d&group_by=source,medium&model=1"
    expected = client.get(url).get_json()
    found = local.report("attribution", period="90d", group_by=["source", "medium"], model=1)
    assert found.arrow().to_pylist() == expected["rows"]
    assert found.understood == expected["filters"]
    assert len(found) == len(expected["rows"]) > 5


def test_frames_keep_types_nulls_and_zones(local: Dataset) -> None:
    statement = "select happened_at, happened_local, is_target, source, lead_id from leads"
    for leads in (local.sql(statement).df(), local.report("journal", period="all").df()):
        kinds = {name: f"{kind}" for name, kind in leads.dtypes.items()}
        assert kinds["is_target"] == "bool[pyarrow]"
        assert kinds["source"] == "string[pyarrow]"
        assert kinds["lead_id"] == "int64[pyarrow]"
        assert leads["is_target"].isna().any()
    instants = local.sql(statement).df()["happened_at"]
    assert f"{instants.dtype}" == "timestamp[us, tz=UTC][pyarrow]"
    days = local.report("leads_over_time", period="7d").df()
    assert f"{days['starts_on'].dtype}" == "date32[day][pyarrow]"
    assert local.report("leads_over_time", period="7d").polars().height == 7


def test_start_and_end_say_from_and_to(local: Dataset) -> None:
    named = local.report("overview", start=date(2026, 11, 1), end="2026-11-10")
    written = local.report("overview", **{"from": "2026-11-01", "to": date(2026, 11, 10)})
    assert named.arrow() == written.arrow()
    assert (named.understood["from"], named.understood["to"]) == ("2026-11-01", "2026-11-10")


def test_several_values_of_a_filter_are_alternatives(local: Dataset) -> None:
    def leads(**options: Any) -> int:
        (row,) = local.report("overview", period="all", **options).arrow().to_pylist()
        return int(row["leads"])

    apart = [leads(source="yandex"), leads(source="google")]
    assert leads(source=["yandex", "google"]) == sum(apart) > max(apart)
    assert leads(unique=True) == leads(unique="yes") < leads()
    assert leads(source=None) == leads()


def test_the_sql_gives_the_same_rows(local: Dataset) -> None:
    found = local.report("sources", period="30d")
    assert local.sql(found.sql).arrow().to_pylist() == found.arrow().to_pylist()


def test_the_list_of_reports_says_what_there_is(local: Dataset) -> None:
    reports = local.reports
    assert list(reports.index) == [report.name for report in REPORTS]
    one = reports.loc["leads_over_time"]
    assert (one["page"], one["parameters"]["unit"], one["has_figure"]) == ("overview", "day", True)
    assert all(reports["answers"])
    assert "source" in reports.loc["attribution"]["group_by"]


def test_over_http_persons_are_masked_as_the_role_says(remote: Remote, local: Dataset) -> None:
    somebody = "select lead_id, caller_phone from leads where lead_type = 'call' "
    (row,) = local.sql(f"{somebody} and caller_phone is not null limit 1").arrow().to_pylist()
    lead_id, own = row["lead_id"], row["caller_phone"]
    assert local.lead("call", lead_id).state["caller_phone"] == own
    assert remote(Role.ANALYST).lead("call", lead_id).state["caller_phone"] == own
    masked = remote(Role.VIEWER).lead("call", lead_id).state["caller_phone"]
    assert masked != own
    assert "•" in masked


def test_a_time_machine_gives_what_was_known(local: Dataset, remote: Remote) -> None:
    now = local.report("overview", period="all").arrow()
    for data in (local, remote(Role.VIEWER)):
        then = data.as_of("2026-10-25")
        known = then.report("overview", period="all")
        assert 0 < known.arrow()["leads"][0].as_py() < now["leads"][0].as_py()
        assert known.as_of is not None
        assert "as of 2026-10-25" in repr(then)
    (count,) = local.as_of("2026-10-25").sql("select count(*) as n from leads").arrow().to_pylist()
    assert count["n"] == known.arrow()["leads"][0].as_py()


def test_a_file_without_a_clock_of_its_own_is_looked_at_now(market: Place) -> None:
    with calltouch.open(market.published, now=NOW) as data:
        assert data.report("overview", period="today").understood["to"] == "2026-11-19"
    with calltouch.open(market.published) as data:
        assert data.report("overview", period="today").understood["to"] != "2026-11-19"
