"""Follows every link of the pages, as a browser that begins at the home page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_LINKS = ("href", "src", "action", "formaction")
# What a cell sorts by, and the base path itself.
_NO_LINKS = {"data-by", "data-base-path"}
# What scripts ask for and lead to: in attributes for them, and in the JSON of charts and palettes.
_PATH = re.compile(r"/\w")
_IN_JSON = re.compile(r'"(/\w[^"\\]*)"')


@dataclass(frozen=True, slots=True)
class CrawledAnswer:
    status: int
    content_type: str
    text: str
    location: str = ""


@dataclass(slots=True)
class Crawl:
    """`asked`: one URL a path, and one of all that differ in their numbers. `outside`: pages and
    their links that leave the base path."""

    asked: dict[str, CrawledAnswer] = field(default_factory=dict)
    outside: list[tuple[str, str]] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        """What only takes a form says 405."""
        answers = self.asked.items()
        return [url for url, answer in answers if answer.status >= 400 and answer.status != 405]

    def pages(self) -> list[str]:
        return [url for url, one in self.asked.items() if "text/html" in one.content_type]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._is_json = tag == "script" and "json" in given.get("type", "")
        self.found += [given[name] for name in _LINKS if name in given]
        scripts = (given[name] for name in given.keys() - _NO_LINKS if name.startswith("data-"))
        self.found += [value for value in scripts if _PATH.match(value)]

    def handle_data(self, data: str) -> None:
        if self._is_json:
            self.found += _IN_JSON.findall(data)


def links_in(page: str) -> list[str]:
    parser = _Links()
    parser.feed(page)
    return parser.found


def crawl(
    get: Callable[[str], CrawledAnswer],
    base_path: str,
    asks: Callable[[str], bool] = lambda path: True,
) -> Crawl:
    """`get` takes a path with its query; `asks`: whether a path is asked for, all are looked at."""
    result, waiting = Crawl(), [f"{base_path}/"]
    seen = {waiting[0]}
    while waiting:
        url = waiting.pop()
        answer = result.asked[url] = get(url)
        for link in _followed(answer):
            parts = urlsplit(urljoin(f"https://here.example{url}", link))
            if parts.netloc != "here.example" or not parts.scheme.startswith("http"):
                continue
            if not f"{parts.path}/".startswith(f"{base_path}/"):
                result.outside.append((url, link))
            elif (like := re.sub(r"\d+", "1", parts.path)) not in seen and asks(parts.path):
                seen.add(like)
                waiting.append(f"{parts.path}?{parts.query}")
    return result


def _followed(answer: CrawledAnswer) -> Iterator[str]:
    if answer.location:
        yield answer.location
    if "text/html" in answer.content_type:
        yield from links_in(answer.text)
