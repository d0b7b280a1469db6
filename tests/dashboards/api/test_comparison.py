"""The API's comparison: each number beside what it was, equal to what is asked for that alone."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.pages.asking import rows_of

BEFORE = {
    "period=7d": "from=2026-11-07&to=2026-11-13&until=2026-11-13T14:32:00",
    "period=7d&compare=weekdays": "from=2026-11-07&to=2026-11-13&until=2026-11-13T14:32:00",
    "period=month&compare=previous": "from=2026-10-01&to=2026-10-20&until=2026-10-20T14:32:00",
    "from=2026-11-02&to=2026-11-08&compare=days&compare_from=2026-10-05&compare_to=2026-10-11": (
        "from=2026-10-05&to=2026-10-11"
    ),
    "period=7d&source=google&compare=slice&vs.source.has=ya": "period=7d&source.has=ya",
}


@pytest.fixture(scope="module")
def client(busy_place: Place) -> FlaskClient:
    return busy_place.client()


def asked(query: str) -> str:
    return query if "compare" in query else f"{query}&compare=previous"


@pytest.mark.parametrize("query", BEFORE)
def test_what_was_is_what_the_other_days_say_alone(client: FlaskClient, query: str) -> None:
    (now,) = rows_of(client, "overview", asked(query))
    (alone,) = rows_of(client, "overview", BEFORE[query])
    assert {name: now[f"{name}_before"] for name in alone} == alone
    assert all(now[f"{name}_change"] == now[name] - alone[name] for name in alone)
    assert alone["leads"] > 0


@pytest.mark.parametrize("query", BEFORE)
def test_groups_are_held_against_their_own(client: FlaskClient, query: str) -> None:
    def by_source(query: str) -> dict[str, dict[str, Any]]:
        rows = rows_of(client, "attribution", f"{query}&group_by=source")
        return {row["source"]: row for row in rows}

    compared, before = by_source(asked(query)), by_source(BEFORE[query])
    assert compared.keys() >= before.keys()
    for source, row in compared.items():
        was = before.get(source, {"leads": 0, "target_leads": 0})
        assert row["leads_before"] == was["leads"]
        assert row["leads_change"] == row["leads"] - was["leads"]
        assert row["target_leads_before"] == was["target_leads"]


def test_without_a_word_of_it_nothing_is_compared(client: FlaskClient) -> None:
    for query in ("period=7d", "period=7d&compare=none", "period=7d&compare="):
        (row,) = rows_of(client, "overview", query)
        assert not [name for name in row if name.endswith("_before")]


def test_it_says_against_which_days(client: FlaskClient) -> None:
    answer = client.get("/api/reports/overview?period=month&compare=previous").get_json()
    assert answer["filters"]["against"] == {
        "from": "2026-10-01",
        "to": "2026-10-20",
        "until": "2026-10-20T14:32:00",
    }


def test_columns_and_pages_of_it(client: FlaskClient) -> None:
    query = "period=7d&compare=weekdays&group_by=source&limit=2"
    path = f"/api/reports/attribution?{query}&columns=source,leads_before,leads_is_chance"
    first = client.get(path).get_json()
    assert first["columns"] == ["source", "leads_before", "leads_is_chance"]
    second = client.get(first["next"]).get_json()
    everything = rows_of(client, "attribution", query.removesuffix("&limit=2"))
    assert [row["source"] for row in [*first["rows"], *second["rows"]]] == [
        row["source"] for row in everything[:4]
    ]


def test_viewers_see_compared_numbers(busy_place: Place) -> None:
    viewer = busy_place.client(role=Role.VIEWER)
    (row,) = rows_of(viewer, "overview", "period=7d&compare=weekdays")
    assert isinstance(row["leads_before"], int)


@pytest.mark.parametrize("report", ["journal", "moved_leads", "usual_day"])
def test_what_cannot_be_compared_says_so(client: FlaskClient, report: str) -> None:
    answer = client.get(f"/api/reports/{report}?period=7d&compare=year")
    assert answer.status_code == 400
    assert f"compare means nothing to the report {report}" in answer.get_json()["error"]


def test_hours_are_local_times(client: FlaskClient) -> None:
    rows = rows_of(client, "leads_over_time", "period=yesterday&unit=hour&compare=weekdays")
    assert len(rows) == 24
    assert rows[9]["starts_on"] == "2026-11-19T09:00:00"
    (day,) = rows_of(client, "overview", "period=yesterday&compare=weekdays")
    assert sum(row["leads"] for row in rows) == day["leads"]
    assert sum(row["leads_before"] for row in rows) == day["leads_before"]
