"""Pages at addresses as people have them, and what the bar above a page says of its filters."""

from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from tests.dashboards.conftest import Get, Place
from tests.dashboards.page_text import Element, read_page, tile
from tests.dashboards.pages.asking import leads_behind


@pytest.fixture(scope="module")
def client(busy_place: Place) -> FlaskClient:
    return busy_place.client()


def chips(html: str) -> list[str]:
    lists = [one.one("ul") for one in read_page(html).all("div", class_="chosen")]
    return [item.text for one in lists for item in one.all("li")[:-1]]


def test_what_a_mailer_adds_filters_nothing_and_is_named(get: Get) -> None:
    html = get("/?utm_source=mailer&utm_campaign=x&yclid=1")
    assert tile(html, "leads") == tile(get("/"), "leads")
    assert chips(html) == []
    text = read_page(html).one("main").text
    assert "ничего не значит: utm_source , utm_campaign , yclid ." in text
    assert "ничего не значит" not in get("/?period=7d")


def test_an_old_link_is_led_to_the_new_names(client: FlaskClient) -> None:
    answer = client.get("/journal?period=7d&source=yandex&tags_not=a&columns=tags")
    assert answer.status_code == 302
    assert answer.location == "/journal?period=7d&f.source=yandex&f.tags_not=a&columns=tags"


def test_from_a_bad_value_there_is_a_way_on(get: Get) -> None:
    page = read_page(get("/journal?f.hour=x&f.source=a&lang=en", status=400))
    (link,) = [one for one in page.all("a") if one.text == "Open without it"]
    assert link.attributes["href"] == "?f.source=a&lang=en"


def test_chips_say_how_values_are_compared(get: Get) -> None:
    pairs = [
        *(("f.source.not", "yandex"), ("f.source.has", "oo"), ("f.city.empty", "no")),
        *(("any1.source.starts", "g"), ("any1.unique", "yes"), ("f.tags.has", "v")),
        ("f.medium.exact", "cpc"),
    ]
    assert chips(get(f"/?{urlencode(pairs)}")) == [
        "Источник: не yandex ✕",
        "Источник содержит oo ✕",
        "Канал: ровно cpc ✕",
        "Тег содержит v ✕",
        "Город: указано ✕",
        "Источник начинается с g или Уникальный: да ✕",
    ]
    assert chips(get(f"/?{urlencode([*pairs[1:5], ('lang', 'en')])}")) == [
        "Source contains oo ✕",
        "City is not empty ✕",
        "Source starts with g or Unique: yes ✕",
    ]


def test_the_form_adds_a_filter_and_keeps_all_others(client: FlaskClient) -> None:
    here = "/?period=7d&f.source.not=vk&any1.unique=yes"
    form = read_page(client.get(here).get_data(as_text=True)).one("form", class_="slice")
    fields = [(one.attributes["name"], one.attributes.get("value", "")) for one in _sent(form)]
    added = [("add.field", "source"), ("add.op", "has"), ("add.value", "a"), ("add.value", "b")]
    answer = client.get(f"/?{urlencode([*fields, *added, ('add.group', 'any1')])}")
    assert answer.location == (
        "/?period=7d&f.source.not=vk&any1.unique=yes&any1.source.has=a&any1.source.has=b"
    )


def _sent(form: Element) -> list[Element]:
    """Inputs but those of the filter to add, as a browser sends them; of choices the chosen one."""
    return [
        one
        for one in form.all("input")
        if not one.attributes["name"].endswith("add.value")
        and (one.attributes.get("type") not in ("checkbox", "radio") or "checked" in one.attributes)
    ]


@pytest.mark.parametrize(
    "query",
    [
        "f.source.not=yandex",
        "f.source.has=o&any1.unique=yes&any1.medium.has=c",
        "f.source=YANDEX&f.source=google",
        "any1.source=google&any1.city.empty=yes",
        "f.tags.empty=yes&f.lead_type.not=request",
        f"f.utm_campaign.hasnot={quote('а%')}",
    ],
)
def test_every_number_of_a_page_is_that_of_the_leads_behind_its_link(
    client: FlaskClient, query: str
) -> None:
    html = client.get(f"/attribution?period=90d&{query}&group_by=source").get_data(as_text=True)
    body = read_page(html).one("table", id="tree").one("tbody")
    seen = 0
    for cell in body.all("td"):
        for link in cell.all("a"):
            href = link.attributes["href"]
            if href.startswith("/journal") and cell.text.isdigit():
                assert leads_behind(client, href) == int(cell.text)
                seen += 1
    assert seen >= 2
