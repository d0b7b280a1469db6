"""The papers are at hand in the product: as pages, as Markdown, and in a list for agents."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from dashboards.access.roles import Role
from dashboards.pages.documents import reading
from dashboards.pages.documents.reading import Paper, as_html, named_from, papers
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Place
from tests.dashboards.page_text import read_page

ROOT = Path(__file__).parents[4]
DOCS = ROOT / "docs"
NAMES = sorted(str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return Place(tmp_path_factory.mktemp("documents")).client(role=Role.VIEWER)


def test_every_paper_is_listed_shown_and_given_as_it_is_written(client: FlaskClient) -> None:
    listed = read_page(client.get("/docs").text).one("main")
    links = {str(one.attributes["href"]) for one in listed.all("a")}
    assert {f"/docs/{name}" for name in NAMES} <= links
    for name in NAMES:
        written = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        given = client.get(f"/docs/{name}.md")
        assert (given.text, given.mimetype) == (written, "text/markdown")
        title = written.partition("\n")[0].removeprefix("# ").replace("`", "")
        article = read_page(client.get(f"/docs/{name}").text).one("article")
        assert article.one("h1").text == title


def test_links_pictures_and_anchors_of_papers_are_there(client: FlaskClient) -> None:
    anchors: dict[str, set[str]] = {}
    for name in NAMES:
        html = as_html(papers()[name])
        anchors[name] = set(re.findall(r'<h\d id="([^"]*)"', html))
    seen = seen_below = 0
    for name in NAMES:
        html = as_html(papers()[name])
        for href in re.findall(r'href="([^"#:]*)#([^":]+)"', html):
            seen += 1
            leads_to = named_from(name, href[0]) if href[0] else name
            assert unquote(href[1]) in anchors[leads_to], (name, href)
        for href in re.findall(r'href="([\w./-]+)"', html):
            seen_below += "/" in name
            assert named_from(name, href) in anchors, (name, href)
        for source in re.findall(r'src="([^"]+)"', html):
            assert client.get(f"/docs/{named_from(name, source)}").content_type.startswith(
                "image/"
            ), source
    assert seen > 20
    assert seen_below > 8


def test_html_and_scripts_in_a_paper_are_only_text() -> None:
    text = "# A\n<script>alert(1)</script> [a](javascript:alert(1))\n\n|b|\n|:-:|\n|<b>c</b>|\n"
    html = as_html(Paper("a", "A", text))
    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="java' not in html
    assert "style=" not in html
    assert "<td>" in html


def test_agents_find_every_paper_and_the_api(client: FlaskClient) -> None:
    answer = client.get("/llms.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("# Calltouch Receiver\n\n> ")
    links = re.findall(r"^- \[[^\]]+\]\((\S+)\)", answer.text, re.MULTILINE)
    assert sorted(links) == sorted(["/api/openapi.json", *(f"/docs/{name}.md" for name in NAMES)])
    for link in links:
        assert client.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/llms.txt", "/docs", "/docs/data", "/docs/data.md"])
def test_who_is_no_reader_is_turned_away(place: Place, path: str) -> None:
    """An agent reads them with its token."""
    place.client()
    stranger = place.client(role=None)
    assert stranger.get(path).status_code in (302, 303, 401)
    assert stranger.get(path, headers=bearer(place.access, Role.VIEWER)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/docs/nothing", "/docs/no%20thing.md", "/docs/..%2FREADME.md", "/docs/images/no.svg"]
)
def test_what_is_no_paper_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_wheel_has_them_where_they_are_looked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert ROOT / included["docs"] == reading._INSTALLED
