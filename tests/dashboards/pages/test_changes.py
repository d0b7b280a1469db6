"""The page of what changed: contributions add up to the difference, and lead to their leads."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dashboards.pages.changes.contributions import DIMENSIONS, MEASURES
from tests.dashboards.conftest import Place
from tests.dashboards.figures.test_figures import assert_valid
from tests.dashboards.leads import NOW, Delivered
from tests.dashboards.page_text import figures, read_page
from tests.dashboards.pages.asking import card, leads_behind
from tests.dashboards.pages.test_quality import ended

URL = "/changes?from=2026-11-11&to=2026-11-17&lang=en"
TAG = "Фрод<script>"


def week(first: int, ago: int, sources: str) -> list[Delivered]:
    """A call of each source, that many days ago; of every third the manager is Anna, and it has
    tags. Calls of "d" are missed."""
    at = NOW - timedelta(days=ago)
    return [
        ended(
            first + number,
            at - timedelta(hours=number % 5),
            "unsuccessful" if source == "d" else "successful",
            5,
            source=source,
            **({"manager": "Anna", "tags_manual": f"VIP,{TAG}"} if number % 3 == 0 else {}),
        )
        for number, source in enumerate(sources)
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Before: 30 of a, 5 of b, 4 of d; now: 42 of a, 7 of c, 1 of d."""
    place = Place(tmp_path_factory.mktemp("changes"))
    place.add(week(1, 40, "a"))
    place.add(week(100, 12, "a" * 30 + "b" * 5 + "d" * 4))
    place.add(week(200, 5, "a" * 42 + "c" * 7 + "d"))
    return place.client()


def page(client: FlaskClient, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    text = response.get_data(as_text=True)
    assert 'role="alert"' not in text
    return text


def rows(client: FlaskClient, url: str) -> dict[str, list[str]]:
    """The cells of the table, by the first of them."""
    section = read_page(page(client, url)).one("section", id="split")
    table = section.one("tbody")
    found = {}
    for row in table.all("tr"):
        cells = [cell.text for cell in row.all("td")]
        found[row.one("th").text] = cells
    return found


def test_what_rose_fell_is_new_and_gone_is_said(client: FlaskClient) -> None:
    found = rows(client, URL)
    assert found["Total"] == ["39", "50", "+11", "rose"]
    assert found["a"] == ["30", "42", "+12", "rose"]
    assert found["c"] == ["0", "7", "+7", "new"]
    assert found["b"] == ["5", "0", "−5", "gone"]
    assert found["d"] == ["4", "1", "−3", "fell"]
    said = read_page(page(client, URL)).one("section", id="split").text
    assert "Calls" in said
    assert "Leads: 50, before 39: +28%. May be chance." in said
    assert "Rose: a (+12). New: c (+7). Fell: d (−3). Gone: b (−5)." in said


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("by", DIMENSIONS)
def test_contributions_add_up_to_the_difference(client: FlaskClient, measure: str, by: str) -> None:
    found = rows(client, f"{URL}&measure={measure}&by={by}")
    numbers = {
        name: [int(cell.replace("−", "-")) for cell in cells[:3]] for name, cells in found.items()
    }
    total = numbers.pop("Total")
    assert [sum(column) for column in zip(*numbers.values(), strict=True)] == total
    assert total[2] == total[1] - total[0]
    (figure,) = figures(page(client, f"{URL}&measure={measure}&by={by}")).values()
    assert_valid(figure)


def test_tags_are_split_by_the_set_of_all_of_a_lead(client: FlaskClient) -> None:
    found = rows(client, f"{URL}&by=tag_set")
    assert found[f"VIP, {TAG}"][:2] == ["13", "17"]
    assert found["no tags"][:2] == ["26", "33"]


def test_numbers_lead_to_as_many_leads(client: FlaskClient) -> None:
    tree = read_page(page(client, f"{URL}&measure=missed_calls"))
    row = tree.one("section", id="split").one("tbody").all("tr")[1]
    now, before = (link.attributes["href"] for link in row.all("a"))
    assert row.one("th").text == "d"
    assert (leads_behind(client, now), leads_behind(client, before)) == (1, 4)


def test_without_anything_before_it_says_so(client: FlaskClient) -> None:
    for query in ("compare=none", "period=all", "compare=year"):
        section = read_page(page(client, f"/changes?lang=en&{query}")).one("section", id="split")
        assert section.all("table") == []
        assert len(section.all("p")) > 1


def test_more_late_data_is_not_better(client: FlaskClient) -> None:
    later = card(page(client, f"{URL}"), "data")
    assert "Better" not in later.text
    assert "Worse" not in later.text


def test_the_others_are_named_so_and_lead_nowhere(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.pages.changes.page._ROWS", 2)
    shown = card(page(client, URL), "split").one("tbody").all("tr")
    assert [row.one("th").text for row in shown] == ["Total", "a", "c", "other (2)"]
    assert shown[-1].all("a") == []
