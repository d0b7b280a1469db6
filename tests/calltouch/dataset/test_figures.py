"""A figure is the page's own, and looks like it."""

import json
from typing import Any

import plotly.io
import pytest
from plotly.graph_objects import Figure

import calltouch
from calltouch.dataset import Dataset
from calltouch.dataset.figures import DARK, LIGHT, register_templates, template
from dashboards.access.roles import Role
from dashboards.api.chart_register import CHARTS
from dashboards.pages.register import PAGES
from tests.calltouch.dataset.conftest import AT_NOON, Remote
from tests.dashboards.browsing import Site, opened
from tests.dashboards.conftest import Place, browser
from tests.dashboards.page_text import figures

__all__ = ["browser"]

DAYS = {"period": "90d", "compare": "previous", "lang": "en"}
DRAWN = {page.path for page in PAGES if page.is_listed}


@pytest.fixture(scope="module")
def shown(market: Place) -> dict[str, dict[str, Any]]:
    """Every figure of every page, by its name."""
    client = market.client(AT_NOON)
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(DRAWN):
        page = client.get(path, query_string=DAYS, follow_redirects=True).get_data(as_text=True)
        found |= figures(page)
    return found


def sources(place: Place, report: str) -> dict[str, Any]:
    reply = place.client(AT_NOON).get(f"/api/figures/{report}", query_string=DAYS)
    assert reply.status_code == 200, reply.get_data(as_text=True)
    return {one["name"]: one["figure"] for one in reply.get_json()["figures"]}


def test_every_chart_of_every_page_is_had_by_its_report(
    shown: dict[str, dict[str, Any]], market: Place
) -> None:
    had = {name: figure for report in CHARTS for name, figure in sources(market, report).items()}
    assert had.keys() >= shown.keys()
    assert len(shown) > 20
    assert [name for name, figure in shown.items() if had[name] != figure] == []


@pytest.mark.parametrize("report", CHARTS)
def test_it_is_a_figure_over_a_file_and_over_http(
    report: str, local: Dataset, remote: Remote
) -> None:
    here, far = (
        data.report(report, period="90d").figures() for data in (local, remote(Role.VIEWER))
    )
    assert here.keys() == far.keys()
    for name, figure in here.items():
        assert isinstance(figure, Figure)
        assert figure.to_plotly_json() == far[name].to_plotly_json()


def test_traces_are_coloured_by_their_number(local: Dataset) -> None:
    figure = local.report("leads_over_time", period="30d").figure()
    assert figure.data[0].line.color == template(LIGHT)["layout"]["colorway"][0]
    assert figure.layout.separators == ".,"
    assert json.loads(figure.to_json())["layout"]["template"]["layout"]["colorway"]


def test_one_of_several_charts_is_named(local: Dataset) -> None:
    answer = local.report("managers", period="90d")
    assert list(answer.figures()) == ["answer-rates", "talk-times"]
    assert answer.figure("talk-times") == answer.figures()["talk-times"]
    with pytest.raises(calltouch.NoFigure, match="talk-times"):
        answer.figure("nothing")


def test_a_report_that_no_page_draws_names_those_that_are(local: Dataset) -> None:
    with pytest.raises(calltouch.NoFigure, match="leads_over_time"):
        local.report("journal", period="7d").figure()


def test_an_option_that_no_page_has_is_refused_not_left_out(local: Dataset) -> None:
    with pytest.raises(calltouch.BadOption, match="least"):
        local.report("attribution_rates", least=5).figure()


def test_templates_are_registered() -> None:
    register_templates()
    assert {LIGHT, DARK} <= set(plotly.io.templates)
    assert template(LIGHT)["layout"]["paper_bgcolor"] != template(DARK)["layout"]["paper_bgcolor"]


@pytest.mark.parametrize(("scheme", "name"), [("light", LIGHT), ("dark", DARK)])
def test_the_template_is_what_the_pages_add(
    browser: Any, site: Site, scheme: Any, name: str
) -> None:
    with opened(browser, signed_in=site, scheme=scheme) as seen:
        seen.page.goto(f"{site.url}/?period=90d")
        seen.page.wait_for_selector(".plot .main-svg")
        added = seen.page.evaluate("document.querySelector('.plot').layout.template")
    assert added == template(name)
