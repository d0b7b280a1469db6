"""Forms of pages, as a browser would send them."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.access.state import AccessStore
from dashboards.views.saved import SavedView, list_views
from tests.dashboards.page_text import Element, read_page


def fields_of(client: FlaskClient, url: str, action: str) -> dict[str, str]:
    """The hidden and filled fields of the form that is posted to `action`."""
    (form, *_) = head_of(client, url).all("form", action=action)
    inputs = [one for one in form.all("input") if one.attributes.get("type") != "checkbox"]
    return {one.attributes["name"]: one.attributes.get("value", "") for one in inputs}


def head_of(client: FlaskClient, url: str) -> Element:
    """The page without its cards, which take time."""
    answer = client.get(url, buffered=False)
    read = ""
    for piece in answer.response:
        read += piece.decode() if isinstance(piece, bytes) else piece
        if 'class="cards"' in read:
            break
    answer.close()
    head, cards, _ = read.partition('<div class="cards">')
    return read_page(f"{head}</main></div></body></html>" if cards else read)


def save_from(client: FlaskClient, url: str, name: str, **given: str) -> TestResponse:
    """By the form of a page."""
    return client.post("/views", data=fields_of(client, url, "/views") | {"name": name} | given)


def save(
    client: FlaskClient, page: str, name: str, query: str = "period=7d", **given: str
) -> TestResponse:
    """Without making the page."""
    fields = {"page": page, "name": name, "moving": query, "fixed": query}
    return client.post("/views", data={"form_token": token_of(client)} | fields | given)


def act(client: FlaskClient, view_id: int, act_name: str, **given: str) -> TestResponse:
    fields = {"form_token": token_of(client), "act": act_name} | given
    return client.post(f"/views/{view_id}", data=fields)


def token_of(client: FlaskClient) -> str:
    """Good for any form of the session."""
    return fields_of(client, "/views", "/sign-out")["form_token"]


def links_in_bar(client: FlaskClient, url: str = "/journal") -> list[Element]:
    lists = head_of(client, url).all("ul", class_="kept-views")
    return [link for one in lists for link in one.all("a")]


def kept(access: AccessStore, user: str = "admin") -> list[SavedView]:
    with access.reading() as db:
        return list(list_views(db, user))
