"""From what an agent asks to the parameters of the API, and to the page that shows the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

from calltouch.agents.remote_api import Json, Pairs

MOST_ROWS = 500
Value = str | int | float | bool
Filters = Mapping[str, Value | Sequence[Value]]

_OF_PERIOD = ("period", "from", "to", "until")
_NOT_OF_PAGES = ("group_by", "columns", "limit", "cursor", "format", "lang")
_OF_CALLS = ("limit", "format", "lang")
_IN_PATH = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Ask:
    """What an agent asks of a report, under the API's names but for `start` and `end`."""

    report: str
    period: str | None = None
    start: str | None = None
    end: str | None = None
    filters: Filters = field(default_factory=dict)
    group_by: Sequence[str] = ()
    compare: str | None = None
    model: int | None = None
    as_of: str | None = None
    columns: Sequence[str] = ()
    limit: int = MOST_ROWS
    cursor: str | None = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """A cursor is the query of the next rows; how many of them, each call says anew."""
        limit = ("limit", f"{self.limit}")
        if self.cursor:
            following = parse_qsl(self.cursor, keep_blank_values=True)
            return [*(pair for pair in following if pair[0] not in _OF_CALLS), limit]
        named: dict[str, Value | None] = {
            "period": self.period,
            "from": self.start,
            "to": self.end,
            "compare": self.compare,
            "model": self.model,
            "as_of": self.as_of,
        }
        given = [(name, _written(value)) for name, value in named.items() if value is not None]
        lists = [("group_by", name) for name in self.group_by]
        lists += [("columns", name) for name in self.columns]
        return [*given, *_filter_pairs(self.filters), *lists, limit]


def cursor_of(address: str | None) -> str | None:
    """Of the `next` of an answer."""
    return urlsplit(address).query if address else None


def page_of(report: Json, page: Json, pairs: Pairs) -> tuple[str, Pairs] | None:
    """Path and query of the page that shows the same; None where the path names what was not
    asked."""
    own = {one["parameter"] for one in report["parameters"]}
    values = {name: value for name, value in pairs if name in own}
    if not {*_IN_PATH.findall(page["path"])} <= {*values}:
        return None
    path = _IN_PATH.sub(lambda found: quote(values[found[1]], safe=""), page["path"])
    left_out = {*own, *_NOT_OF_PAGES}
    kept = [(name, value) for name, value in pairs if name not in left_out]
    taken = {
        "filters": kept,
        "period": [(name, value) for name, value in kept if name in _OF_PERIOD],
        "nothing": [],
    }
    return path, taken[page["takes"]]


def _filter_pairs(filters: Filters) -> Iterator[tuple[str, str]]:
    for name, value in filters.items():
        values = [value] if isinstance(value, str | int | float) else value
        yield from ((name, _written(one)) for one in values)


def _written(value: Value) -> str:
    return f"{value}".lower() if isinstance(value, bool) else f"{value}"
