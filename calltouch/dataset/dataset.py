"""A data set: everything that can be asked of one published file, or of one server."""

from collections.abc import Callable
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from analytics.as_of.causes import MEASURES
from calltouch.dataset.answer import Answer, ReportAnswer
from calltouch.dataset.changes import Changes
from calltouch.dataset.figures import FigureSource
from calltouch.dataset.lead import Lead
from calltouch.dataset.packages import package
from calltouch.dataset.problems import (
    BadOption,
    BadStatement,
    CalltouchError,
    NoFigure,
    UnknownReport,
)
from calltouch.dataset.question import check, pairs_of, rows_in
from calltouch.dataset.transport import Pairs, Reply, Transport

if TYPE_CHECKING:
    import pandas

Instant = str | date | datetime

_ARROW = ("format", "arrow")
_MOVED = "_moved"
_CAUSES = pa.schema(
    [
        ("cause", pa.string()),
        ("fields", pa.list_(pa.string())),
        ("leads", pa.int64()),
        *((f"{measure}{_MOVED}", pa.int64()) for measure in MEASURES),
    ]
)


class Dataset:
    """What `calltouch.open` gives. `as_of`: everything is as it was known then, None for now."""

    def __init__(self, transport: Transport, as_of: str | None = None) -> None:
        self._transport = transport
        self._as_of = as_of

    @property
    def reports(self) -> "pandas.DataFrame":
        """Every report by its name: the page that shows it, what it answers, its own options with
        their defaults, what its leads can be grouped by, whether it can be asked as of an instant,
        and whether a page draws it."""
        rows = self._get("/api/reports", []).json()["reports"]
        frame: pandas.DataFrame = package("pandas").DataFrame(rows).set_index("report")
        return frame

    def report(self, name: str, **options: Any) -> ReportAnswer:
        """The rows that a page shows: those that /api/reports/<name> gives.

        Filters and options have the API's names: `period`, `start` and `end` (or `**{"from": …}`),
        `model`, `group_by`, `compare`, `columns`, `limit`, any filter (`source`, `site`, `city`…).
        Raises `UnknownReport` and `BadOption`, which say what there is, and `CalltouchError`.
        """
        pairs = [*pairs_of(options), *self._instant()]
        rows = rows_in(self._get(f"/api/reports/{name}", [*pairs, _ARROW]))
        return ReportAnswer(rows, self._sql_of(name, pairs), lambda: self._charts(name, pairs))

    def sql(self, statement: str, **parameters: Any) -> Answer:
        """Rows of a SELECT; `$name` in it takes the parameter of that name. Over a file everything
        in the file, over HTTP the keyed file, which has no persons. Raises `BadStatement`."""
        if (here := self._transport.ask_file(statement, parameters, self._as_of)) is not None:
            return Answer(here, lambda: statement)
        if self._as_of is not None:
            raise CalltouchError(
                "SQL over HTTP asks what is known now: ask a report, or `calltouch snapshot` makes "
                "a file of then"
            )
        body = {"sql": statement, "parameters": parameters, "format": "arrow"}
        try:
            reply = self._check(self._transport.post("/api/sql", body))
        except BadOption as error:
            raise BadStatement(error.text, error.expected) from None
        rows = rows_in(reply).replace_schema_metadata(None)
        is_cut = reply.headers.get("X-Calltouch-Truncated") == "true"
        return Answer(rows, lambda: statement, is_cut=is_cut)

    def lead(self, lead_type: str, lead_id: int) -> Lead:
        """A `call` or a `request` by its id. Raises `NoSuchLead`."""

        def ask(report: str) -> Answer:
            return self.report(report, lead_type=lead_type, lead_id=lead_id)

        return Lead(lead_type, lead_id, ask)

    def changes(self, since: int | datetime = 0, limit: int | None = None) -> Changes:
        """Deliveries that changed a lead, and which fields, since a cursor (`.cursor` of the
        changes before, 0 for all) or an instant with its zone. Whoever goes on from the cursor
        misses none and gets none twice, however late a delivery came."""
        if isinstance(since, datetime):
            if since.tzinfo is None:
                raise BadOption("since needs its zone, as in datetime.now(UTC)", parameter="since")
            return Changes(self.report("change_feed", since=since, limit=limit), 0)
        return Changes(self.report("change_feed", changed_after=since, limit=limit), since)

    def why_changed(self, before: Instant, after: Instant | None = None, **filters: Any) -> Answer:
        """What moved the numbers of these days and leads between two instants of knowledge, the
        later one that of this data set unless named: a row per cause, with its fields, how many
        leads it moved, and what that did to each measure. The rows add up to the difference
        (docs/time_travel.md)."""
        later = self._as_of if after is None else _written(after)
        instants = {"before": _written(before), "after": later}
        found = self._get("/api/why_changed", pairs_of({**filters, **instants})).json()
        rows = [
            {**{name: cause[name] for name in ("cause", "fields", "leads")}, **_moved(cause)}
            for cause in _list(found["causes"])
        ]
        return Answer(pa.Table.from_pylist(rows, _CAUSES), lambda: "")

    def as_of(self, instant: Instant) -> "Dataset":
        """The same data set as it was known then: at the end of a day, or at an instant. It shares
        its connection with this one."""
        return Dataset(self._transport, _written(instant))

    @property
    def freshness(self) -> dict[str, object]:
        """When the file was published, and when the last delivery in it was received."""
        (row,) = self.report("freshness").arrow().to_pylist()
        return dict(row)

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> "Dataset":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        then = "" if self._as_of is None else f", as of {self._as_of}"
        return f"<calltouch data set {self._transport.place}{then}>"

    def _charts(self, name: str, pairs: Pairs) -> list[FigureSource]:
        try:
            reply = self._get(f"/api/figures/{name}", pairs).json()
        except UnknownReport as error:
            raise NoFigure(f"No page draws a chart from {name}.", error.expected) from None
        return [_figure_source(chart) for chart in _list(reply["figures"])]

    def _sql_of(self, name: str, pairs: Pairs) -> Callable[[], str]:
        return lambda: self._get(f"/api/reports/{name}/sql", pairs).body.decode().strip()

    def _instant(self) -> list[tuple[str, str]]:
        return [] if self._as_of is None else [("as_of", self._as_of)]

    def _get(self, path: str, pairs: Pairs) -> Reply:
        return self._check(self._transport.get(path, pairs))

    def _check(self, reply: Reply) -> Reply:
        return check(reply, self._transport.place)


def _figure_source(chart: dict[str, Any]) -> FigureSource:
    signs = chart["locale"]["format"]
    return FigureSource(
        chart["card"],
        chart["name"],
        chart["title"],
        chart["figure"],
        signs["decimal"],
        signs["thousands"],
    )


def _written(instant: Instant) -> str:
    return instant if isinstance(instant, str) else instant.isoformat()


def _moved(cause: dict[str, Any]) -> dict[str, int]:
    return {f"{measure}{_MOVED}": change for measure, change in cause["changes"].items()}


def _list(value: object) -> list[dict[str, Any]]:
    assert isinstance(value, list)
    return value
