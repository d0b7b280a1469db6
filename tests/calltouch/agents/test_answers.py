"""What each tool answers, and what it says where it cannot."""

import re
from typing import Any

import pytest
import requests
from flask import Flask, Response

from calltouch.agents.remote_api import RemoteApi
from dashboards.access.roles import Role
from tests.calltouch.agents.conftest import Agent, token_of
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import Place


def test_reports_are_told_with_what_they_answer(agent: Agent) -> None:
    answer = agent.ask("list_reports")
    told = {one["report"]: one for one in answer["reports"]}
    assert len(told) > 60
    assert told["attribution"]["answers"] == "Leads by any columns of theirs, most leads first."
    assert told["attribution"]["can_group"]
    assert not told["overview"]["can_group"]
    assert {one["page"] for one in answer["pages"]} == {one["page"] for one in told.values()}
    of_page = agent.ask("list_reports", page="quality")
    assert {one["page"] for one in of_page["reports"]} == {"quality"}
    assert "quality" in agent.refusal("list_reports", page="qualty")


def test_an_answer_carries_all_that_a_number_needs(agent: Agent) -> None:
    answer = agent.ask(
        "report",
        report="attribution",
        start="2026-11-01",
        end="2026-11-10",
        filters={"lead_type": "call", "source": ["yandex", "google"]},
        group_by=["source"],
        model=0,
    )
    assert answer["definition"].startswith("Leads by any columns")
    filters = answer["filters"]
    assert (filters["from"], filters["to"], filters["model"]) == ("2026-11-01", "2026-11-10", 0)
    assert filters["source"] == ["yandex", "google"]
    assert answer["timezone"] == "Europe/Moscow"
    assert answer["data_as_of"].startswith("2026-11-19T12:")
    assert {row["source"] for row in answer["rows"]} == {"yandex", "google"}
    assert list(answer["rows"][0]) == answer["columns"]
    assert not answer["is_cut"]
    chosen = "from=2026-11-01&to=2026-11-10&model=0&lead_type=call&source=yandex&source=google"
    assert answer["page"] == f"{agent.api.url}/attribution?{chosen}"


def test_rows_that_are_cut_go_on_at_the_cursor(agent: Agent) -> None:
    ask = {"report": "journal", "period": "7d", "columns": ["lead_type", "lead_id"], "limit": 40}
    answer = agent.ask("report", **ask)
    rows = answer["rows"]
    while answer["is_cut"]:
        assert len(answer["rows"]) == 40
        answer = agent.ask("report", report="journal", limit=40, cursor=answer["next_cursor"])
        rows += answer["rows"]
    assert answer["next_cursor"] is None
    counted = agent.ask("report", report="journal_count", period="7d")["rows"][0]["leads"]
    assert len({tuple(row.values()) for row in rows}) == len(rows) == counted


def test_the_present_is_compared_and_the_past_is_asked(agent: Agent) -> None:
    row = agent.ask("report", report="overview", period="7d", compare="previous")["rows"][0]
    assert row["leads_change"] == row["leads"] - row["leads_before"] != 0
    then = agent.ask("report", report="overview", period="all", as_of="2026-11-10")
    assert then["as_of"].startswith("2026-11-10")
    assert then["rows"][0]["leads"] < 2591


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "report": ({"report": "overvew"}, "overview"),
    "filter": ({"report": "overview", "filters": {"sourse": "x"}}, "source"),
    "value": ({"report": "overview", "filters": {"lead_type": "letter"}}, "request"),
    "period": ({"report": "overview", "period": "fortnight"}, "30d"),
    "column": ({"report": "overview", "columns": ["lead"]}, "leads"),
    "group": ({"report": "attribution", "group_by": ["campaign"]}, "utm_campaign"),
    "limit": ({"report": "overview", "limit": 501}, "500"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_question_is_told_what_there_is(agent: Agent, wrong: str) -> None:
    arguments, expected = WRONG[wrong]
    assert expected in re.split(r"\W+", agent.refusal("report", **arguments))


def test_words_are_defined_wherever_they_stand(agent: Agent) -> None:
    column, *_ = agent.ask("definition", word="target_rate")["found"]
    assert (column["what"], column["report"]) == ("column", "attribution")
    assert "the share of target leads" in column["rows"]
    kinds = {one["what"] for one in agent.ask("definition", word="Quality")["found"]}
    assert kinds == {"page", "report"}
    (clean, *_) = agent.ask("definition", word="clean")["found"]
    assert clean["definition"] == "Without junk: neither marked as spam nor tagged by antifraud."
    page = agent.ask("definition", word="overview")["found"][0]
    assert page["cards"][0]["definition"].startswith("A lead is a call or a request.")
    assert "target_rate" in agent.refusal("definition", word="target_ra")


def test_tables_and_their_columns_are_described(agent: Agent) -> None:
    tables = {one["name"]: one for one in agent.ask("tables")["tables"]}
    assert tables["calls"]["type"] == "view"
    assert tables["lead_changes"]["comment"]
    columns = agent.ask("tables", table="leads")["columns"]
    assert columns[0]["name"] == "lead_type"
    assert all(one["comment"] for one in columns)
    assert "lead_tags" in agent.refusal("tables", table="tags")


def test_a_lead_is_told_with_its_history(agent: Agent) -> None:
    ask = {"period": "30d", "filters": {"tags_any": "Целевой"}, "limit": 1}
    lead = agent.ask("report", report="journal", **ask)["rows"][0]
    known = {name: lead[name] for name in ("lead_type", "lead_id")}
    answer = agent.ask("lead", **known)
    assert {name: answer["state"][name] for name in known} == known
    assert "Целевой" in [tag["tag"] for tag in answer["tags"]]
    assert {one["kind"] for one in answer["history"]} == {"delivery", "change"}
    assert answer["page"].endswith(f"/leads/{lead['lead_type']}/{lead['lead_id']}")
    assert "There is no call 1." in agent.refusal("lead", lead_type="call", lead_id=1)


def test_every_page_that_an_answer_names_is_there(market: Place, agent: Agent) -> None:
    """With filters where the page takes them."""
    shown = requests.Session()
    shown.headers["Authorization"] = f"Bearer {token_of(market, Role.ADMIN)}"
    first = {one["page"]: one for one in reversed(agent.api.get("definitions")["reports"])}
    assert len(first) == 17
    for page, report in first.items():
        period = {"period": "7d"} if "period" in report["takes"] else {}
        own = {"lead_type": "call", "lead_id": 2514001505} if page == "lead" else {}
        answer = agent.ask("report", report=report["report"], **period, filters=own)
        assert shown.get(answer["page"], timeout=60).status_code == 200, answer["page"]


def test_an_api_that_does_not_answer_is_told_without_the_question() -> None:
    nobody = Agent(RemoteApi("http://127.0.0.1:9", "t"))
    said = nobody.refusal("report", report="journal", filters={"search": "79161234567"})
    assert "do not answer" in said
    assert "7916" not in said


def test_a_token_that_is_not_valid_is_told(agent: Agent) -> None:
    assert "token" in Agent(RemoteApi(agent.api.url, "wrong")).refusal("list_reports")


def test_a_token_is_not_carried_elsewhere() -> None:
    """A redirect is an answer that is not understood."""
    away = Flask("away")
    asked: list[str] = []

    @away.route("/<path:path>")
    def show(path: str) -> Response:
        asked.append(path)
        return Response(status=302, headers={"Location": "/stolen"})

    with serving(away) as url:
        assert "302" in Agent(RemoteApi(url, "secret")).refusal("list_reports")
    assert asked == ["api/definitions"]
