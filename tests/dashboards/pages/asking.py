"""What the API says of a page's links and cards, to compare the page with."""

from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from tests.dashboards.page_text import Element, read_page

Row = dict[str, Any]


def rows_of(client: FlaskClient, report: str, query: str = "") -> list[Row]:
    """The rows of a report under a URL query."""
    response = client.get(f"/api/reports/{report}?{query}", headers={"Accept": "application/json"})
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()
    return [
        row if isinstance(row, dict) else dict(zip(answer["columns"], row, strict=True))
        for row in answer["rows"]
    ]


def plain(query: str) -> str:
    """The query of a page as the API takes it."""
    return query.replace("&f.", "&").removeprefix("f.")


def leads_behind(client: FlaskClient, link: str) -> int:
    """How many leads there are in the journal that a link leads to."""
    parts = urlsplit(link)
    assert parts.path == "/journal"
    (row,) = rows_of(client, "journal_count", plain(parts.query))
    leads: int = row["leads"]
    return leads


def card(html: str, key: str) -> Element:
    return read_page(html).one("section", id=key)


def table_of(element: Element, table: int = 0) -> list[list[str]]:
    """The cells of the body of the element's first, second, … table."""
    body = element.all("tbody")[table]
    return [
        [cell.text for cell in row.children if isinstance(cell, Element)] for row in body.all("tr")
    ]
