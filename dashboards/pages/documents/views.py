"""Pages of the papers for people, Markdown and a list of them for agents (https://llmstxt.org)."""

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Response, abort, url_for

from dashboards.access.gate import shown_to
from dashboards.access.roles import Audience
from dashboards.pages.documents.reading import Paper, as_html, papers, pictures
from dashboards.web.reader_request import current_reader_context, render

documents = Blueprint("documents", __name__)

_ABOUT = {
    "data": "ways to the data, the tables in short, what to watch out for",
    "tables": "every table and column with its meaning, keys and joins, what is stable",
    "reports": "what each report counts, its options and columns",
    "queries": "twenty questions with their SQL",
    "fold": "how deliveries become leads",
}
"""What agents read first; the other papers are optional."""
_SUMMARY = (
    "Calls and requests (leads) that Calltouch's webhooks told of, in DuckDB, as reports over"
    " HTTP and as pages. Personal data is masked by the role of the token."
)


@documents.get("/llms.txt")
@partial(shown_to, Audience.MANAGERS)
def llms() -> Response:
    return Response("\n".join(_llms()) + "\n", content_type="text/plain; charset=utf-8")


@documents.get("/docs")
@partial(shown_to, Audience.MANAGERS)
def contents() -> str:
    context = current_reader_context()
    listed = sorted(papers().values(), key=_place)
    return render("documents/list.html", context, papers=listed)


@documents.get("/docs/<path:name>.md")
@partial(shown_to, Audience.MANAGERS)
def markdown(name: str) -> Response:
    return Response(_named(name).text, content_type="text/markdown; charset=utf-8")


@documents.get("/docs/<path:name>")
@partial(shown_to, Audience.MANAGERS)
def show(name: str) -> str:
    paper = _named(name)
    context = current_reader_context()
    return render("documents/paper.html", context, paper=paper, html=as_html(paper))


@documents.get("/docs/<path:name>.svg", defaults={"ending": ".svg"})
@documents.get("/docs/<path:name>.png", defaults={"ending": ".png"})
@documents.get("/docs/<path:name>.webp", defaults={"ending": ".webp"})
@partial(shown_to, Audience.MANAGERS)
def picture(name: str, ending: str) -> Response:
    found = pictures().get(name + ending)
    if found is None:
        abort(404)
    return Response(found.body, content_type=found.content_type)


def _named(name: str) -> Paper:
    paper = papers().get(name)
    if paper is None:
        abort(404)
    return paper


def _place(paper: Paper) -> tuple[int, str]:
    order = [*_ABOUT]
    return (order.index(paper.name) if paper.name in order else len(order), paper.name)


def _llms() -> Iterator[str]:
    openapi = url_for("dashboards.openapi.show")
    yield from ("# Calltouch Receiver", "", f"> {_SUMMARY}", "")
    yield from ("Every request needs a token: `Authorization: Bearer …`.", "", "## Data", "")
    for name, about in _ABOUT.items():
        if paper := papers().get(name):
            yield f"- [{paper.title}]({_address(paper)}): {about}"
    yield f"- [OpenAPI]({openapi}): reports over HTTP, `/api/reports/<name>`"
    yield from ("", "## Optional", "")
    for paper in papers().values():
        if paper.name not in _ABOUT:
            yield f"- [{paper.title}]({_address(paper)})"


def _address(paper: Paper) -> str:
    return url_for("dashboards.documents.markdown", name=paper.name)
