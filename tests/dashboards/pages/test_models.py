"""`/models`: what the two attribution models say of the same leads."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.dashboards.conftest import Get, Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import figures, read_page, tile
from tests.dashboards.pages.asking import leads_behind

DIRECT = ("(direct)", "(none)")
CPC = ("yandex", "cpc")
ORGANIC = ("google", "organic")
NEITHER = ("", "")
# Of each lead the source by the last interaction and by the last non-direct one.
PAIRS = [*[(DIRECT, CPC)] * 3, (DIRECT, NEITHER), *[(CPC, CPC)] * 21, (ORGANIC, CPC)]
ONE_MODEL = 2


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """26 leads in both models, and 2 in the last interaction alone."""
    place = Place(tmp_path_factory.mktemp("models"))
    pairs = [*PAIRS, *[(CPC, None)] * ONE_MODEL]
    place.add(
        [
            Delivered(NOW, _sent(number, model, source))
            for number, pair in enumerate(pairs, 1)
            for model, source in enumerate(pair)
            if source is not None
        ]
    )
    return place.client()


def _sent(number: int, model: int, source: tuple[str, str]) -> dict[str, str]:
    traffic = {"source": source[0], "medium": source[1], "attribution": str(model)}
    return call(number, NOW, targetcall="target", **traffic)


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/models?lang=en").get_data(as_text=True)


def table(html: str, card: str) -> list[list[str]]:
    body = read_page(html).one("section", id=card).one("tbody")
    return [[cell.text for cell in [*row.all("th"), *row.all("td")]] for row in body.all("tr")]


def test_tiles_count_and_lead_to_as_many_leads(page: str, client: FlaskClient) -> None:
    expected = {"both_models": 26, "moved": 5, "rescued": 4, "only_model_1": 0, "only_model_0": 2}
    for name, number in expected.items():
        assert f" {number} " in f"{tile(page, name)} "
        shown = read_page(page).one("article", data_tile=name)
        for link in shown.all("a"):
            assert leads_behind(client, link.attributes["href"]) == number
    assert tile(page, "moved").endswith("19.2% of 26 leads")
    assert "only leads that have both models" in page


def test_dumbbells_are_the_leads_of_both_models(page: str, client: FlaskClient) -> None:
    figure = figures(page)["models-by-source"]
    _, last, non_direct = figure["data"]
    assert (last["x"], non_direct["x"]) == ([21, 4, 1, 0], [25, 0, 0, 1])
    for trace, links in zip(figure["data"][1:], figure["links"][1:], strict=True):
        for number, link in zip(trace["x"], links, strict=True):
            assert (leads_behind(client, link) if link else 0) == number
    # Only yandex / cpc has 20 leads whose flag is known; the others have numbers.
    rates = [row[4:] for row in table(page, "by_source")]
    assert rates == [["100.0%", "100.0%"], ["4 of 4", "—"], ["1 of 1", "—"], ["—", "1 of 1"]]


def test_the_heatmap_leaves_out_who_has_not_moved(page: str, client: FlaskClient) -> None:
    figure = figures(page)["model-transitions"]
    (trace,) = figure["data"]
    rows, columns = (figure["layout"][axis]["ticktext"] for axis in ("yaxis", "xaxis"))
    # Nothing came from yandex, and nothing went to the others.
    assert (rows, columns) == (["(direct)", "google"], ["yandex", "not set"])
    counts: dict[tuple[str, str], Any] = {}
    for row, values in enumerate(trace["z"]):
        for column, value in enumerate(values):
            if value:
                counts[rows[row], columns[column]] = value
                assert leads_behind(client, figure["links"][0][row][column]) == value
    yandex = "yandex"
    assert counts == {
        ("(direct)", yandex): 3,
        ("(direct)", "not set"): 1,
        ("google", yandex): 1,
    }


def test_rescued_and_moved_are_listed_with_their_leads(page: str, client: FlaskClient) -> None:
    assert [row[:2] for row in table(page, "rescued")] == [
        ["yandex / cpc", "3"],
        ["not set", "1"],
    ]
    for link in read_page(page).one("section", id="rescued").one("table").all("a"):
        assert leads_behind(client, link.attributes["href"]) in (3, 1)
    moved = table(page, "moved")
    assert len(moved) == 5
    assert {(row[2], row[3]) for row in moved} == {
        ("(direct) / (none)", "yandex / cpc"),
        ("(direct) / (none)", "not set"),
        ("google / organic", "yandex / cpc"),
    }
    assert (
        "/leads/call/26"
        in read_page(page).one("section", id="moved").one("tbody").all("a")[0].attributes["href"]
    )


def test_the_journal_of_moved_leads_shows_both_sources(page: str, client: FlaskClient) -> None:
    (link,) = read_page(page).one("section", id="moved").all("p", class_="note")[0].all("a")
    shown = client.get(f"{link.attributes['href']}&lang=en").get_data(as_text=True)
    heads = [one.text for one in read_page(shown).one("table", id="journal").all("th")]
    assert {"Last interaction", "Last non-direct"} <= set(heads)
    pairs = {tuple(row[3:5]) for row in table(shown, "rows")}
    assert ("(direct) / (none)", "yandex / cpc") in pairs


def test_a_set_that_is_chosen_already_is_not_led_away_from(client: FlaskClient) -> None:
    page = client.get("/models?f.only=missed&lang=en").get_data(as_text=True)
    assert not read_page(page).one("section", id="totals").all("a", data_tile="moved")
    page = client.get("/models?f.only=moved&lang=en").get_data(as_text=True)
    assert tile(page, "both_models").startswith("Have both models 5 ")
    assert not read_page(page).one("article", data_tile="both_models").all("a")
    assert read_page(page).one("article", data_tile="moved").all("a")


def test_with_one_model_the_way_to_the_second_is_shown(get: Get) -> None:
    page = get("/models")
    main = read_page(page).one("main").text
    assert "Приходит только одна модель: «последний непрямой»." in main
    assert "https://leads.example/webhook/last-interaction" in main
    assert "В списке «Модель атрибуции» выберите «Последнее взаимодействие»." in main
    assert "[webhooks.last-interaction] model = 0" in main
    assert not figures(page)
    assert [one.attributes["id"] for one in read_page(page).all("section")] == ["totals"]


def test_it_is_the_other_one_that_is_missing(place: Place) -> None:
    place.add([Delivered(NOW, _sent(1, 0, CPC))])
    main = read_page(place.client().get("/models?lang=en").get_data(as_text=True)).one("main").text
    assert "Only one model is received: “last interaction”." in main
    assert "/webhook/last-non-direct" in main
