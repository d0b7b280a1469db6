"""Whoever sees the leads of one site alone: everything that can be asked is asked, over a store
with two sites. Nothing of the other site is in any answer, and the numbers are those of a store
that holds nothing else."""

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.reports.groups import GROUPS
from analytics.reports.reach import reads_filters, reads_period
from analytics.reports.registry import REPORTS
from analytics.reports.registry.comparisons import COMPARED_BY
from analytics.reports.registry.limits import LIMITS, is_told_to_limited
from analytics.reports.report import Report
from analytics.restricted.rights import WHOLE, LeadRights
from dashboards.access.gate import audience_of, is_open_to_all
from dashboards.access.people import add_user, find_user
from dashboards.access.roles import Audience, Role
from dashboards.access.sign_in.sessions import COOKIE, begin_session, seal_session
from dashboards.api.chart_register import CHARTS
from dashboards.api.exports import FORMATS
from dashboards.pages.register import PAGES
from tests.dashboards.access.signing_in import NO_PASSWORD
from tests.dashboards.conftest import Place
from tests.dashboards.crawling import crawl
from tests.dashboards.test_canary import text_of
from tests.dashboards.two_sites import (
    CALLED_BOTH,
    OF_ANNA,
    OF_OWN,
    OTHER,
    OTHER_IDS,
    OTHER_NAME,
    OWN,
    foreign_in,
    make_two_sites,
)
from tests.dashboards.web.test_base_path import crawled
from tests.made_once import made_once

LEADS = (("call", 5_000 + CALLED_BOTH), ("call", CALLED_BOTH), ("request", 49))
_VALUES: dict[str, str | int] = {"lead_type": "call", "lead_id": 1, "number": 1}
_AS_OF = "2026-11-19T20:00"
"""The other site has leads before it and after."""


def place_of(factory: pytest.TempPathFactory, name: str, rights: LeadRights) -> Place:
    return Place(made_once(factory, name, partial(make_two_sites, rights=rights)))


def reader_of(app: Flask, place: Place, rights: LeadRights, role: Role) -> FlaskClient:
    """The browser of somebody with these rights."""
    access = place.access
    name = f"{role}-{'all' if not rights.is_limited else len(repr(rights))}"
    with access.changing() as db:
        if find_user(db, name) is None:
            add_user(db, access.clock(), name, role, NO_PASSWORD, rights)
        user = find_user(db, name)
    client = app.test_client()
    client.set_cookie(COOKIE, seal_session(access, begin_session(access.clock(), user)))
    access.close()
    return client


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_of(tmp_path_factory, "two-sites", WHOLE)


@pytest.fixture(scope="module")
def app(both: Place) -> Flask:
    return both.app()


@pytest.fixture(scope="module")
def limited(app: Flask, both: Place) -> FlaskClient:
    return reader_of(app, both, OF_OWN, Role.ANALYST)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Somebody who sees everything, where there is nothing but the leads of one site."""
    place = place_of(tmp_path_factory, "one-site", OF_OWN)
    return reader_of(place.app(), place, WHOLE, Role.ANALYST)


@pytest.fixture(scope="module")
def anna(app: Flask, both: Place) -> FlaskClient:
    return reader_of(app, both, OF_ANNA, Role.MANAGER)


def queries(report: Report) -> Iterator[str]:
    """All its options, one at a time, and what reports share."""
    days = "&period=all" if reads_period(report) else ""
    if report.page == "lead":
        for kind, number in LEADS:
            yield f"?lead_type={kind}&lead_id={number}"
        return
    yield f"?lang=en{days}"
    for place in (1, 2):
        chosen = [
            (one.name, one.choices[place]) for one in report.parameters if one.choices[place:]
        ]
        if chosen:
            yield f"?{urlencode(chosen)}{days}"
    if report.groups:
        yield f"?group_by={','.join(GROUPS)}{days}"
    if report.name in COMPARED_BY:
        other = f"&vs.site={OTHER}" if reads_filters(report) else ""
        yield f"?period=7d&compare=previous{other}"
    if report.has_history:
        yield f"?as_of={_AS_OF}{days}"
    if reads_filters(report):
        yield f"?model=0&period=all&site={OTHER}&site={OWN}"


def rows_at(client: FlaskClient, url: str) -> tuple[Any, str]:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.text)
    return json.loads(answer.data)["rows"], answer.text


TOLD = [report for report in REPORTS if is_told_to_limited(report)]


@pytest.mark.parametrize("report", TOLD, ids=lambda report: report.name)
def test_a_report_tells_what_a_store_of_this_site_alone_would(
    limited: FlaskClient, alone: FlaskClient, report: Report
) -> None:
    for query in queries(report):
        url = f"/api/reports/{report.name}{query}"
        rows, text = rows_at(limited, url)
        expected, _ = rows_at(alone, url)
        if report.name == "freshness":
            assert [set(row) for row in rows] == [{"published_at", "last_received_at"}]
        else:
            assert rows == expected, url
        assert foreign_in(text) <= foreign_in(query), url


def test_the_other_sites_values_are_there_to_be_found(app: Flask, both: Place) -> None:
    """The test's own eyes: whoever sees all finds them in what is refused or limited."""
    everybody = reader_of(app, both, WHOLE, Role.ANALYST)
    for name in ("journal?period=all", "filter_values?period=all", "deliveries?period=all"):
        _, text = rows_at(everybody, f"/api/reports/{name}")
        assert foreign_in(text) or name.startswith("deliveries")
    (row,), _ = rows_at(everybody, f"/api/reports/lead_card?lead_id={OTHER_IDS + 2}")
    clean = {name for name, value in row.items() if not foreign_in(str(value))}
    texts = {name for name in clean if isinstance(row[name], str)}
    times = {name for name in texts if name.endswith("_at") or name in ("happened_local", "day")}
    assert texts - times == {"lead_type", "call_phase", "status", "manager"}


def test_every_report_says_what_it_tells_limited_readers(limited: FlaskClient) -> None:
    assert set(LIMITS) == {report.name for report in REPORTS}
    for report in REPORTS:
        if not is_told_to_limited(report):
            for form in FORMATS:
                answer = limited.get(f"/api/reports/{report.name}?format={form}")
                assert answer.status_code == 403, report.name
    listed = {one["report"] for one in json.loads(limited.get("/api/reports").data)["reports"]}
    assert listed == {report.name for report in TOLD}


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_has_more(limited: FlaskClient, form: str) -> None:
    for name in ("journal", "attribution", "filter_values", "lost_leads"):
        answer = limited.get(f"/api/reports/{name}?period=all&format={form}")
        assert answer.status_code == 200
        assert foreign_in(text_of(answer.data, form)) == set(), name


def test_programs_get_no_chart_and_no_cause_of_others(limited: FlaskClient) -> None:
    for report in CHARTS:
        answer = limited.get(f"/api/figures/{report}?period=all")
        assert answer.status_code in (200, 403), report
        assert foreign_in(answer.get_data(as_text=True)) == set(), report
    causes = limited.get("/api/why_changed?period=all&before=2026-11-10")
    assert causes.status_code == 200
    assert foreign_in(causes.get_data(as_text=True)) == set()


def page_urls() -> Iterator[str]:
    """The pages as files, and such as no link leads to; the others are crawled."""
    for page in PAGES:
        if page.audience is not Audience.WHOLE and page.is_listed:
            yield f"/export/{page.name}?period=7d&compare=previous&vs.site={OTHER}"
    yield from (f"/leads/{kind}/{number}" for kind, number in LEADS)
    yield "/attribution/rows?period=all&group_by=utm_content&level=1&most=9"
    yield f"/changes?period=all&as_of={_AS_OF}"
    yield f"/journal?period=all&f.search={OTHER_NAME}&columns=caller_phone,fio,tags,site"


def test_no_page_shows_anything_of_another_site(limited: FlaskClient) -> None:
    for url in page_urls():
        answer = limited.get(url, follow_redirects=True)
        assert answer.status_code == 200, url
        text = text_of(answer.data, "html")
        assert foreign_in(text) <= foreign_in(url), url
        assert 'role="alert"' not in text, url
        assert "<summary>SQL" not in text, url


def test_no_file_has_anything_of_another_site(limited: FlaskClient) -> None:
    files = [f"/export{page.file_path}" for page in PAGES if page.is_listed]
    files += [f"/export/leads/{kind}/{number}" for kind, number in LEADS]
    given = 0
    for file in files:
        answer = limited.get(f"{file}.xlsx?period=all")
        assert answer.status_code in (200, 403), file
        if answer.status_code == 200:
            given += 1
            assert foreign_in(text_of(answer.data, "xlsx")) == set(), file
    assert given == len(LEADS) + sum(
        page.is_listed and page.audience is not Audience.WHOLE and page.has_files for page in PAGES
    )


def test_a_lead_of_another_site_is_not_there_but_counted(
    app: Flask, both: Place, limited: FlaskClient, anna: FlaskClient
) -> None:
    everybody = reader_of(app, both, WHOLE, Role.ANALYST)
    for path in (f"/leads/call/{OTHER_IDS + 2}", f"/recordings/{OTHER_IDS + 2}"):
        assert everybody.get(path).status_code != 404
        nothing, other = (limited.get(one) for one in ("/leads/call/123456", path))
        assert other.status_code == nothing.status_code == 404
        assert foreign_in(other.text) == set()
    assert limited.get("/leads/call/123456").text == nothing.text
    card = limited.get(f"/leads/call/{CALLED_BOTH}").text
    assert "Ещё 1\u00a0лид этого человека на сайтах, которые вам не открыты" in card


def test_no_link_of_a_limited_reader_leads_to_what_is_refused(
    limited: FlaskClient, anna: FlaskClient
) -> None:
    _crawl(limited)
    _crawl(anna)


def _is_page(path: str) -> bool:
    return not path.startswith(("/sign-out", "/export", "/recordings", "/static"))


def _crawl(client: FlaskClient) -> None:
    found = crawl(lambda url: crawled(client.get(url)), "", _is_page)
    assert found.broken == []
    assert len(found.pages()) > 5
    for url in found.pages():
        assert foreign_in(text_of(found.asked[url].text.encode(), "html")) == set(), url


def test_whatever_is_not_declared_is_refused(app: Flask, limited: FlaskClient) -> None:
    """Every address that there is, by its method: operations, flows, access, whole files."""
    refused = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if is_open_to_all(view) or audience_of(view) is not Audience.WHOLE:
            continue
        values = {
            name: _VALUES.get(name, 1 if name.endswith("_id") else "x") for name in rule.arguments
        }
        adapter = app.url_map.bind("localhost")
        for method in (rule.methods or set()) & {"GET", "POST"}:
            url = adapter.build(rule.endpoint, values, method)
            assert limited.open(url, method=method).status_code == 403, (method, url)
            refused += 1
    assert refused > 20


def test_a_manager_sees_their_own_leads_and_takes_nothing_away(
    anna: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = place_of(tmp_path_factory, "one-manager", OF_ANNA)
    alone = reader_of(place.app(), place, WHOLE, Role.ANALYST)
    for page in PAGES:
        url = f"{page.path}?period=all"
        if page.is_listed:
            is_theirs = page.audience is Audience.MANAGERS
            answer = anna.get(url)
            assert answer.status_code == (200 if is_theirs else 403), url
            assert foreign_in(answer.text) == set(), url
            assert anna.get(f"/export/{page.name}?period=all").status_code == 403
            assert anna.get(f"/export{page.file_path}.csv?period=all").status_code in (403, 404)
    assert "Борис Второй" not in anna.get("/managers?period=all").text
    assert "Борис Второй" not in anna.get("/journal?period=all&columns=manager").text
    for name in ("journal", "lead_card", "openapi.json"):
        path = name if name == "openapi.json" else f"reports/{name}"
        assert anna.get(f"/api/{path}?period=all").status_code == 403
    values, _ = rows_at(anna, "/api/reports/filter_values?period=all")
    assert values == rows_at(alone, "/api/reports/filter_values?period=all")[0]
    assert anna.get("/api/reports/filter_values?period=all&format=csv").status_code == 403
    assert anna.get(f"/leads/call/{CALLED_BOTH}").status_code == 200
    assert anna.get("/leads/call/5").status_code == 404
    phones = re.sub(r"\D", "", anna.get("/journal?period=all&columns=caller_phone").text)
    assert "7495000" in phones


def test_answers_of_one_reader_are_kept_for_nobody_else(
    app: Flask, both: Place, limited: FlaskClient
) -> None:
    """The same page by turns: what is worked out for one is not shown to the other."""
    everybody = reader_of(app, both, WHOLE, Role.ANALYST)
    for url in ("/uniqueness?period=all", "/models?period=all", "/journal?period=all"):
        first = limited.get(url).text
        assert foreign_in(everybody.get(url).text), url
        assert foreign_in(limited.get(url).text) == set(), url
        assert foreign_in(first) == set()
