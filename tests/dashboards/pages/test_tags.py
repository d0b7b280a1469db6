"""The tags page: its numbers, the choice of tags, and where its marks lead."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call, request
from tests.dashboards.page_text import Element, figures
from tests.dashboards.pages.asking import card, leads_behind, rows_of, table_of


def tagged(number: int) -> list[Delivered]:
    """A call whose tags come a while after it; every third is a request tagged at once."""
    at = NOW - timedelta(days=1, hours=number % 20)
    if number % 3 == 0:
        first = request(
            number, at + timedelta(hours=3), tags_request="Запись", targetrequest="target"
        )
        return [Delivered(at + timedelta(seconds=1), first)]
    plain = call(
        number, at, targetcall="target" if number % 2 else "non-target", tags_manual="null"
    )
    names = ["Запись"] + ["VIP"] * (number % 4 == 0) + ["<b>Дубль</b>"] * (number % 5 == 0)
    later = plain | {"tags_manual": ",".join(names), "changedFields": "tags_manual"}
    return [
        Delivered(at + timedelta(seconds=1), plain),
        Delivered(at + timedelta(seconds=60 + number), later),
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """60 leads: 40 calls tagged by hand, 20 requests tagged by their form."""
    place = Place(tmp_path_factory.mktemp("tagged"))
    place.add([delivered for number in range(60) for delivered in tagged(number)])
    return place.client()


Page = Callable[..., str]


@pytest.fixture
def page(client: FlaskClient) -> Page:
    return lambda query="": client.get(f"/tags?{query}", follow_redirects=True).get_data(
        as_text=True
    )


def found(html: str) -> str:
    return card(html, "chooser").one("p", class_="found").text


def test_one_word_in_two_categories_is_two_tags_and_each_leads_to_its_own_leads(
    client: FlaskClient, page: Page
) -> None:
    shown = card(page(), "by_category")
    assert table_of(shown)[:2] == [
        ["Запись", "Вручную", "40", "66,7 %", "50,0 %"],
        ["Запись", "По форме", "20", "33,3 %", "100,0 %"],
    ]
    rows = rows_of(client, "tags")
    links = [link.attributes["href"] for link in shown.one("tbody").all("a")]
    assert [leads_behind(client, link) for link in links] == [row["leads"] for row in rows]


def test_a_tag_is_drawn_once_as_a_bar_in_its_cell(page: Page) -> None:
    shown = card(page(), "by_category")
    widths = [float(bar.attributes["width"]) for bar in shown.one("tbody").all("rect")]
    assert widths == [100.0, 50.0, 25.0, 20.0]
    assert not shown.all("figure")


def test_with_a_tag_chosen_further_tags_lead_to_the_leads_with_both(
    client: FlaskClient, page: Page
) -> None:
    shown = card(page(urlencode({"tags": "manual:VIP"})), "by_category")
    links = [link.attributes["href"] for link in shown.one("tbody").all("a")]
    assert [leads_behind(client, link) for link in links] == [10, 10, 2]


def test_a_share_of_fewer_than_twenty_is_shown_in_numbers(page: Page) -> None:
    assert table_of(card(page(), "by_category"))[2] == ["VIP", "Вручную", "10", "16,7 %", "0 из 10"]


def test_cells_of_tags_that_meet_lead_to_the_leads_with_both(
    client: FlaskClient, page: Page
) -> None:
    figure = figures(page())["tags-together"]
    assert "Запись (По форме)" in figure["layout"]["xaxis"]["ticktext"]
    hovers = str(figure["data"][0]["customdata"])
    # 8 of 60 leads are both, where 40 and 8 would meet 5.3 times by chance.
    assert "в 1,5 раза чаще случайного" in hovers
    assert "вместе не встречаются" in hovers
    (counts,), (links,) = [[trace["z"] for trace in figure["data"]], figure["links"]]
    cells = [
        (count, link)
        for line, to in zip(counts, links, strict=True)
        for count, link in zip(line, to, strict=True)
    ]
    assert sorted(count for count, _ in cells if count) == [2, 2, 8, 8, 10, 10]
    assert all((link is None) == (not count) for count, link in cells)
    assert all(leads_behind(client, link) == count for count, link in cells if link)


def test_ticked_boxes_narrow_the_page_and_stay_ticked(page: Page) -> None:
    def box(html: str, name: str, tag: str) -> Element:
        boxes = card(html, "chooser").all("input", type="checkbox", name=name)
        (of_tag,) = [one for one in boxes if one.attributes["value"].endswith(f":{tag}")]
        return of_tag

    html = page("from=2026-11-01&to=2026-11-20")
    hidden = card(html, "chooser").one("form").all("input", type="hidden")
    sent = [(one.attributes["name"], one.attributes["value"]) for one in hidden]
    for name, tag in (
        ("f.tags_any.exact", "VIP"),
        ("f.tags_any.exact", "<b>Дубль</b>"),
        ("f.tags_not.exact", "VIP"),
    ):
        sent.append((name, box(html, name, tag).attributes["value"]))
    narrowed = page(urlencode(sent))
    # Of 40 calls 8 are doubles, 2 of them VIP.
    assert found(narrowed).startswith("Подходят 6 лидов ; есть хотя бы один из тегов:")
    assert "checked" in box(narrowed, "f.tags_not.exact", "VIP").attributes
    assert "checked" not in box(narrowed, "f.tags.exact", "VIP").attributes
    assert table_of(card(narrowed, "by_category"))[0][:3] == ["<b>Дубль</b>", "Вручную", "6"]


def test_a_tag_without_its_category_is_kept_and_means_all_of_them(page: Page) -> None:
    html = page(urlencode({"tags": "Запись"}))
    assert found(html) == "Подходят 60 лидов ; есть все теги: «Запись» ."
    hidden = card(html, "chooser").one("form").all("input", type="hidden", name="f.tags")
    assert [one.attributes["value"] for one in hidden] == ["Запись"]


def test_the_time_to_a_tag_is_that_of_tags_that_came_later(client: FlaskClient, page: Page) -> None:
    html = page()
    (line,) = figures(html)["time-to-tag"]["data"]
    points = rows_of(client, "tag_delay_points")
    assert line["name"] == "Вручную"
    assert list(zip(line["x"], line["y"], strict=True))[1:-1] == [
        (row["seconds"], row["share"]) for row in points
    ]
    rows = {row[0]: row[1:4] for row in table_of(card(html, "delays"))}
    assert rows["Вручную"] == ["58", "0", "58"]
    assert rows["По форме"] == ["20", "20", "0"]
    (answer,) = card(html, "delays").all("article")
    half, most = table_of(card(html, "delays"))[0][4:6]
    assert answer.one("h3").text == "Вручную: половина за"
    assert (half, most) == ("1:30", "1:54")
    assert answer.one("strong").text == "1 мин 30 с"
    assert "90 % — за 1 мин 54 с" in answer.text


def test_without_any_tags_it_says_which_event_to_subscribe_to(place: Place) -> None:
    place.add([Delivered(NOW, call(1, NOW))])
    shown = card(place.client().get("/tags").get_data(as_text=True), "by_category")
    assert "Тегов нет ни у одного лида за этот период" in shown.text
    assert "«Изменение тегов»" in shown.text


def test_leads_without_tags_among_others_with_are_no_reason_to_subscribe(page: Page) -> None:
    shown = card(page(urlencode({"tags_not": "Запись", "lead_id": "1"})), "chooser")
    assert "По выбранным условиям лидов нет." in shown.text
    bare = card(page(urlencode({"lead_id": "7777"})), "by_category").text
    assert "У выбранных лидов тегов нет." in bare
    assert "«Изменение тегов»" not in bare
