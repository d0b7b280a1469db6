"""The data page: its snippets run, and its catalogue is the file's own."""

from typing import Any

import duckdb
import pytest

from analytics.examples import EXAMPLES
from analytics.relations import JOINS
from analytics.reports.registry import REPORTS
from dashboards.access.roles import Role
from dashboards.pages.data.diagram import diagram
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Get, Place
from tests.dashboards.page_text import Element, read_page


def snippet(html: str, key: str) -> str:
    """The text of a snippet, line breaks and all."""
    return written(read_page(html).one("code", id=f"snippet-{key}"))


def written(element: Element) -> str:
    return "".join(one if isinstance(one, str) else written(one) for one in element.children)


def test_the_python_snippet_prints_the_leads_of_each_day(
    get: Get, busy_place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(snippet(get("/data"), "python"), {})
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        expected = db.sql(
            "select day::varchar, count(*)::varchar from leads group by all"
        ).fetchall()
    assert sorted(map(tuple, printed)) == sorted(expected)


def test_the_pandas_snippet_prints_the_target_rate_of_each_source(
    get: Get, busy_place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(snippet(get("/data"), "pandas"), names)
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        leads, target = db.sql(
            "select count(*), count(*) filter (where is_target) from leads"
        ).fetchall()[0]
    assert len(names["leads"]) == leads
    assert names["leads"]["is_target"].sum() == target
    assert "yandex" in capsys.readouterr().out


def test_the_sql_of_the_command_line_runs(get: Get, busy_place: Place) -> None:
    command, _, sql = snippet(get("/data"), "duckdb").partition('"')
    assert command.split() == ["duckdb", "-readonly", f"'{busy_place.published}'"]
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        assert len(db.sql(sql.removesuffix('"')).fetchall()) == 20


def test_the_address_that_curl_asks_answers_a_token(get: Get, busy_place: Place) -> None:
    quoted = snippet(get("/data"), "curl").partition("attribution.csv")[2]
    url = "".join(quoted.split("'")[1::2])
    client = busy_place.client(role=None)
    answer = client.get(url, headers=bearer(busy_place.access, Role.VIEWER))
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).lstrip("\ufeff").startswith("source,medium,leads")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_catalogue_has_every_table_and_column_and_says_what_they_are(
    get: Get, busy_place: Place, language: str
) -> None:
    place = 1 if language == "ru" else 2
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        columns = db.execute(
            """
            select table_name, column_name, data_type, split_part(comment, ' | ', $place)
            from duckdb_columns()
            where schema_name = 'main' and not internal
            """,
            {"place": place},
        ).fetchall()
    card = read_page(get(f"/data?lang={language}")).one("section", id="catalogue")
    shown = [
        (
            table.attributes["id"].removeprefix("table-"),
            *(one.text for one in row.all("th") + row.all("td")),
        )
        for table in card.all("details")
        if table.attributes.get("id", "").startswith("table-")
        for row in table.one("tbody").all("tr")
    ]
    expected = [(*names, " ".join(comment.split())[:120]) for *names, comment in columns]
    assert sorted((*cells[:3], cells[3][:100]) for cells in shown) == sorted(
        (*cells[:3], cells[3][:100]) for cells in expected
    )
    assert shown[0][:2] == ("leads", "lead_type")


def test_the_file_is_told_as_it_is(get: Get, busy_place: Place) -> None:
    card = read_page(get("/data")).one("section", id="freshness")
    told = {row.one("th").text: row.one("td").text for row in card.one("tbody").all("tr")}
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        leads, deliveries = db.sql(
            "select (select count(*) from leads), (select count(*) from deliveries)"
        ).fetchall()[0]
    assert told["Лидов в файле"] == f"{leads}"
    assert told["Доставок в файле"] == f"{deliveries:,}".replace(",", " ")
    assert told["Файл на сервере"] == str(busy_place.published)


def test_every_report_is_listed(get: Get) -> None:
    card = read_page(get("/data")).one("section", id="reports")
    listed = [row.one("th").text for row in card.one("tbody").all("tr")]
    assert listed == [report.name for report in REPORTS]


def test_every_button_has_its_snippet_and_the_script_that_copies_it(get: Get) -> None:
    page = read_page(get("/data"))
    buttons = [one for one in page.all("button") if "data-copy" in one.attributes]
    assert len(buttons) == 9 + len(EXAMPLES)
    for button in buttons:
        assert page.one("code", id=button.attributes["data-copy"]).text
    assert [one for one in page.all("script") if "/copy.js" in one.attributes.get("src", "")]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_example_is_asked_in_words_and_runs(
    get: Get, busy_place: Place, language: str
) -> None:
    html = get(f"/data?lang={language}")
    card = read_page(html).one("section", id="examples")
    asked = [one for one in card.all("details") if one.attributes.get("id", "")[:8] == "example-"]
    titles = [example.title.written_in(language) for example in EXAMPLES]
    assert [title in one.text for title, one in zip(titles, asked, strict=True)] == [True] * 20
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        for example in EXAMPLES:
            db.execute(snippet(html, example.name))


def test_the_picture_has_every_join_between_neighbours(get: Get) -> None:
    """And leads from a table to what its columns are."""
    page = read_page(get("/data"))
    card = page.one("section", id="relations")
    assert len([one for one in card.all("path") if "d" in one.attributes]) == len(JOINS) + 1
    drawn = {one.attributes["href"] for one in card.all("a") if "#table" in str(one.attributes)}
    assert drawn == {f"#table-{name}" for join in JOINS for name in (join.many, join.one)}
    for href in drawn:
        assert page.one("details", id=str(href)[1:])
    places = {box.name: box for box in diagram().boxes}
    for join in JOINS:
        many, one = places[join.many], places[join.one]
        between = [
            box for box in places.values() if min(many.y, one.y) < box.y < max(many.y, one.y)
        ]
        assert many.x != one.x or not [box for box in between if box.x == one.x]


def test_what_the_page_says_of_the_api_leads_somewhere(busy_place: Place) -> None:
    """Each report with what it reads of the page's slice, and the document of all of them."""
    client = busy_place.client()
    page = read_page(client.get("/data?period=90d&f.source=vk&compare=year").get_data(as_text=True))
    links = [one.attributes["href"] or "" for one in page.all("a")]
    asked = [link for link in links if link.startswith("/api/")]
    assert "/api/openapi.json" in asked
    assert len(asked) > len(REPORTS)
    for link in asked:
        assert client.get(link).status_code == 200, link
