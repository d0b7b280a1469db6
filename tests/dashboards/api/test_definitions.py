"""`/api/definitions`: everything that programs can ask is explained to them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from analytics.reports.registry import REPORTS
from analytics.reports.registry.limits import is_told_to_limited
from analytics.restricted.rights import LeadRights
from dashboards.access.roles import Role
from dashboards.access.tokens import create_token
from dashboards.pages.register import PAGES
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Place


@pytest.fixture
def client(place: Place) -> FlaskClient:
    """Nothing was ever received: what words mean needs no data."""
    return place.client(role=None)


@pytest.fixture
def told(client: FlaskClient, place: Place) -> dict[str, Any]:
    answer = client.get("/api/definitions", headers=bearer(place.access))
    assert answer.status_code == 200
    return dict(answer.json or {})


def test_every_report_is_defined_and_stands_on_a_page(told: dict[str, Any]) -> None:
    assert [one["report"] for one in told["reports"]] == [report.name for report in REPORTS]
    pages = {one["page"]: one for one in told["pages"]}
    for report in told["reports"]:
        assert report["definition"].endswith((".", ")")), report["report"]
        assert report["columns"]
        assert report["page"] in pages
        assert all(one["definition"] for one in report["parameters"]), report["report"]
    assert all(one["definition"] for one in told["filters"])


def test_pages_say_what_their_cards_count(told: dict[str, Any]) -> None:
    known = {page.name: page for page in PAGES}
    for page in told["pages"]:
        assert len(page["cards"]) == len(known[page["page"]].cards)
        assert all(card["definition"] for card in page["cards"]), page["page"]
        assert page["title"] and page["question"]
    (lead,) = (page for page in told["pages"] if page["page"] == "lead")
    assert lead["path"] == "/leads/{lead_type}/{lead_id}"


def test_one_report_is_told_alone_and_in_a_language(client: FlaskClient, place: Place) -> None:
    url = "/api/definitions?report=quality&lang=ru"
    answer = client.get(url, headers=bearer(place.access)).json
    assert answer is not None
    assert [one["report"] for one in answer["reports"]] == ["quality"]
    assert [one["title"] for one in answer["pages"]] == ["Качество звонков"]
    assert answer["filters"] == []


def test_limited_readers_are_told_of_what_they_may_ask(client: FlaskClient, place: Place) -> None:
    with place.access.changing() as db:
        rights = LeadRights(frozenset({7}))
        _, token = create_token(db, place.access.clock(), Role.VIEWER, "one", rights)
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.get("/api/definitions", headers=headers).json
    assert answer is not None
    allowed = [report.name for report in REPORTS if is_told_to_limited(report)]
    assert [one["report"] for one in answer["reports"]] == allowed
    refused = client.get("/api/definitions?report=catalogue", headers=headers)
    assert refused.status_code == 400
    assert "catalogue" not in (refused.json or {})["expected"]


def test_what_is_unknown_is_refused(client: FlaskClient, place: Place) -> None:
    headers = bearer(place.access)
    for query in ("report=nothing", "x=1", "lang=de", "report=quality&report=tags"):
        assert client.get(f"/api/definitions?{query}", headers=headers).status_code == 400
    assert client.get("/api/definitions").status_code in (401, 403)
