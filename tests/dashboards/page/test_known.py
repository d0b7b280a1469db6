"""`as_of`: pages and the API say what they would have said had nothing come since."""

import re
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient

from analytics.as_of.folding import fold_again
from analytics.fold.short_life import fold_lives
from analytics.reports.registry import REPORTS
from dashboards.access.roles import Role
from dashboards.api.parameters import names_of
from dashboards.pages.register import PAGES
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import SETTINGS, Place
from tests.dashboards.leads import NOW, Delivered, call, some_months
from tests.dashboards.page_text import read_page
from tests.made_once import made_once

THEN = NOW - timedelta(days=30, hours=2)
AS_OF = THEN.isoformat().replace("+", "%2B")
LATER = {"tags_manual": "Продажа, VIP", "status": "successful", "spam": "true"}
OF_LEAD = {"lead_type": "call", "lead_id": "1"}
DEAR = "Лапина Вера"
WITH_HISTORY = [report.name for report in REPORTS if report.has_history]
LISTED = [page.name for page in PAGES if page.is_listed and page.has_history]


def deliveries() -> list[Delivered]:
    """Some months, in which one lead of three is told of again later, by the other model or by the
    API, and some of those before the instant come only now."""
    first = some_months(leads=240)
    again = [
        Delivered(
            THEN + timedelta(hours=number),
            {**LATER, **one.params, "attribution": str(number % 2), "changedFields": "status"},
            origin="api" if number % 5 == 0 else "webhook",
        )
        for number, one in enumerate(first[::3], -30)
        if not one.is_empty and THEN + timedelta(hours=number) <= NOW
    ]
    late = [
        Delivered(NOW - timedelta(days=1), call(lead_id, THEN - timedelta(days=lead_id % 9)))
        for lead_id in range(5_000, 5_010)
    ]
    named = Delivered(NOW - timedelta(days=2), call(6_000, NOW, fio=DEAR))
    texts = Delivered(THEN - timedelta(days=1), call(6_001, THEN, subject=f"для {DEAR}"))
    return sorted([*first, *again, *late, named, texts], key=lambda one: one.received_at)


@dataclass(frozen=True, slots=True)
class Readers:
    """Of all deliveries, and of a store that has only those received until then."""

    now: FlaskClient
    then: FlaskClient


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    def make(directory: Path) -> None:
        Place(directory).add(deliveries())

    return Place(made_once(tmp_path_factory, "known", make))


@pytest.fixture(scope="module")
def readers(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Readers:
    before = Place(tmp_path_factory.mktemp("then"))
    before.add([one for one in deliveries() if one.received_at <= THEN])
    before.published.chmod(0o600)
    with duckdb.connect(str(before.published)) as db:
        db.execute("update freshness set published_at = $then", {"then": THEN})
    then = before.client(replace(SETTINGS, clock=lambda: THEN))
    return Readers(place.client(), then)


def ask(client: FlaskClient, url: str) -> Any:
    answer = client.get(url, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer


@pytest.mark.parametrize("name", WITH_HISTORY)
def test_reports_say_what_they_would_have_said(readers: Readers, name: str) -> None:
    query = what_is_asked(name)
    known = ask(readers.now, f"/api/reports/{name}?{query}&as_of={AS_OF}").json
    said = ask(readers.then, f"/api/reports/{name}?{query}").json
    assert (known["columns"], known["rows"]) == (said["columns"], said["rows"])
    assert known["as_of"] == known["freshness"]["published_at"] == THEN.isoformat()
    assert known["filters"]["to"] == said["filters"]["to"]


def what_is_asked(name: str) -> str:
    """Everything there is, or all of a lead; some reports are asked of no days."""
    known = names_of(next(report for report in REPORTS if report.name == name))
    if "lead_id" in known:
        return "&".join(f"{key}={value}" for key, value in OF_LEAD.items())
    return "period=all" if "period" in known else ""


def test_what_has_come_since_makes_a_difference(readers: Readers) -> None:
    """Or the tests above could not fail."""
    for name in ("overview", "tags", "models", "spam_totals", "gaps", "webhooks"):
        url = f"/api/reports/{name}?from=2026-09-01&to={THEN.date()}"
        now = ask(readers.now, url).json["rows"]
        assert now != ask(readers.now, f"{url}&as_of={AS_OF}").json["rows"], name


@pytest.mark.parametrize("name", LISTED)
def test_pages_show_what_they_would_have_shown(readers: Readers, name: str) -> None:
    path = next(page.path for page in PAGES if page.name == name)
    shown = cards(ask(readers.now, f"{path}?as_of={AS_OF}").get_data(as_text=True))
    assert shown == cards(ask(readers.then, path).get_data(as_text=True))
    assert len(shown) > 200


def cards(html: str) -> str:
    """What is in the cards, links without what makes them lead into the past."""
    inside = html.partition('<div class="cards">')[2].partition("</main>")[0]
    without = re.sub(r"(&amp;|\\u0026|\?)as_of=[^&\\\"]*", "", inside)
    without = re.sub(r"<input type=\"hidden\" name=\"(as_of|form_token)\"[^>]*>", "", without)
    for ours in (
        r"<p class=\"notice until-first\".*?</p>\n<!-- card -->",
        r" Here it ran on [^<]*",
        r"<section class=\"card full\" id=\"since\".*?</section>\s*<!-- card -->",
    ):
        without = re.sub(ours, "", without, flags=re.DOTALL)
    return re.sub(r"\s+", " ", without)


def test_the_reader_is_told_and_finds_the_way_back(readers: Readers) -> None:
    page = read_page(ask(readers.now, "/?period=7d&as_of=2026-10-21").get_data(as_text=True))
    notice = page.all("p", class_="notice")[0]
    assert notice.text.startswith("Shown as known on 21 October 2026, 23:59.")
    since, back = (link.attributes["href"] for link in notice.all("a"))
    assert back == "?period=7d"
    page = read_page(ask(readers.now, since).get_data(as_text=True))
    assert page.one("section", id="since").one("p", class_="notice").text.startswith("There were")


def test_it_follows_through_links_and_the_form(readers: Readers) -> None:
    page = read_page(ask(readers.now, "/?as_of=2026-10-21").get_data(as_text=True))
    links = [a.attributes["href"] for a in page.all("a") if "/journal" in a.attributes["href"]]
    assert links
    assert all("as_of=2026-10-21" in link for link in links)
    form = page.one("form", class_="slice")
    assert [one.attributes["value"] for one in form.all("input", name="as_of")] == ["2026-10-21"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-11-20", "is not over yet"),
        ("2026-11-20T15:00", "is not over yet"),
        ("2026-13-01", "Invalid value"),
        ("yesterday", "Invalid value"),
        ("0001-01-01T00:00%2B14:00", "Invalid value"),
    ],
)
def test_what_is_no_moment_of_the_past_is_refused(readers: Readers, written: str, why: str) -> None:
    for path in ("/", "/journal", "/flows", "/api/reports/overview", "/export/overview"):
        answer = readers.now.get(f"{path}?as_of={written}&lang=en")
        assert answer.status_code == 400
        assert why in answer.get_data(as_text=True)


def test_days_and_local_times_are_those_of_the_zone(readers: Readers) -> None:
    for written, instant in (
        ("2026-10-21", "2026-10-21T20:59:59.999999+00:00"),
        ("2026-10-21T09:00", "2026-10-21T06:00:00+00:00"),
        ("2026-10-21T09:00:00Z", "2026-10-21T09:00:00+00:00"),
        ("2026-10-21T09:00+03:00", "2026-10-21T06:00:00+00:00"),
    ):
        answer = ask(readers.now, f"/api/reports/journal_count?as_of={written}").json
        assert answer["freshness"]["published_at"] == instant
        assert answer["filters"]["to"] == "2026-10-21"


def test_before_the_first_delivery_nothing_was_known(readers: Readers) -> None:
    page = ask(readers.now, "/?as_of=2020-01-01").get_data(as_text=True)
    assert "Nothing was known on 1" in page
    answer = readers.now.get("/api/reports/overview?as_of=2020-01-01")
    assert answer.status_code == 404
    assert "nothing was known" in answer.get_data(as_text=True)


def test_what_has_no_history_says_so(readers: Readers) -> None:
    for path in ("/flows", "/operations", "/data"):
        page = ask(readers.now, f"{path}?as_of=2020-01-01").get_data(as_text=True)
        assert "This page shows the present state" in page
    answer = readers.now.get("/api/reports/flow_summary?as_of=2026-10-21&lang=en")
    assert answer.status_code == 400


def test_a_lead_that_came_later_is_not_there(readers: Readers) -> None:
    assert readers.now.get("/leads/call/6000").status_code == 200
    assert readers.now.get(f"/leads/call/6000?as_of={AS_OF}").status_code == 404


def test_what_is_masked_now_is_masked_then(place: Place) -> None:
    """The name in the text became known as a client's only later."""
    viewer = place.client(role=Role.VIEWER)
    url = f"/api/reports/lead_card?lead_type=call&lead_id=6001&as_of={AS_OF}"
    assert "Лапина" not in str(ask(viewer, url).json["rows"])
    admin = place.client(role=Role.ADMIN)
    assert DEAR in str(ask(admin, url).json["rows"])


def test_the_head_is_sent_before_anything_is_folded(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def waits(*given: Any) -> None:
        begun.set()
        assert may_go_on.wait(30)
        fold_again(*given)

    monkeypatch.setattr("analytics.as_of.known_until.fold_again", waits)
    pieces = place.client().get("/?as_of=2026-10-21&lang=en", buffered=False).iter_encoded()
    head = b""
    while b"have come since" not in head:
        head += next(pieces)
    assert b'class="slice"' in head
    assert not begun.is_set()
    may_go_on.set()
    assert b'class="card' in b"".join(pieces)


def test_askers_of_one_instant_wait_for_the_same_fold(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so do those who come after, while no newer file has been published."""
    folded: list[Any] = []

    def counted(*given: Any) -> None:
        folded.append(given)
        fold_lives(*given)

    monkeypatch.setattr("analytics.as_of.folding.fold_lives", counted)
    app = place.app()
    clients = [sign_in(app.test_client(), place.access, Role.ADMIN) for _ in range(5)]
    answers: list[int] = []

    def look(client: FlaskClient) -> None:
        answers.append(client.get("/api/reports/overview?as_of=2026-10-21").status_code)

    askers = [threading.Thread(target=look, args=(client,)) for client in clients[1:]]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    look(clients[0])
    assert answers == [200] * 5
    assert len(folded) == 1
