"""The papers of docs/: as they are written, and as HTML."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PACKAGE = Path(__file__).parents[2]
_INSTALLED, _IN_THE_TREE = _PACKAGE / "documents", _PACKAGE.parent / "docs"
"""A wheel has them in the package (pyproject.toml)."""
_PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
_OUR_LINK = re.compile(r"([\w./-]+)\.md(#.*)?")
# HTML in a paper is shown as text. Links to scripts are none, as the library says.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Paper:
    """`name`: of its file below docs/, without the ending."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    body: bytes
    content_type: str


@cache
def papers() -> Mapping[str, Paper]:
    """By name. Read once: they come with the program."""
    folder = _folder()
    found = (_paper(path, folder) for path in sorted(folder.rglob("*.md")))
    return {paper.name: paper for paper in found}


@cache
def pictures() -> Mapping[str, Picture]:
    """By the path that papers have for them."""
    folder = _folder()
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in _PICTURES]
    return {
        str(path.relative_to(folder)): Picture(path.read_bytes(), _PICTURES[path.suffix])
        for path in found
    }


@cache
def as_html(paper: Paper) -> str:
    """Links between papers lead to their pages, other files of the repository nowhere."""
    tokens = _MARKDOWN.parse(paper.text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(tokens[place + 1].content))
        elif token.type in ("th_open", "td_open"):
            # An alignment is an inline style, which our pages do not allow.
            token.attrs.pop("style", None)
    for token in _within(tokens):
        if token.type == "link_open":
            token.attrSet("href", _href(str(token.attrGet("href") or ""), paper))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return str(html)


def anchor_of(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def named_from(name: str, path: str) -> str:
    """The paper that a relative path in another one means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _folder() -> Path:
    return _INSTALLED if _INSTALLED.is_dir() else _IN_THE_TREE


def _paper(path: Path, folder: Path) -> Paper:
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(folder).with_suffix(""))
    return Paper(name, text.partition("\n")[0].removeprefix("# ").replace("`", ""), text)


def _within(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _within(token.children or [])


def _href(written: str, paper: Paper) -> str:
    found = _OUR_LINK.fullmatch(written)
    if found and named_from(paper.name, found[1]) in papers():
        return found[1] + (found[2] or "")
    is_elsewhere = re.match(r"[a-z]+:|#", written)
    return written if is_elsewhere else "#"
