"""What came back, as a frame of whatever library one works with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa

from calltouch.dataset.figures import FigureSource, figure_of
from calltouch.dataset.packages import package
from calltouch.dataset.problems import NoFigure
from dashboards.api.exports import ABOUT

if TYPE_CHECKING:
    import pandas
    import plotly.graph_objects
    import polars


class Answer:
    """Rows. `sql`: what gives them in any DuckDB client. `is_cut`: a server gave no more than it
    gives at once."""

    def __init__(self, rows: pa.Table, sql: Callable[[], str], *, is_cut: bool = False) -> None:
        self._rows = rows
        self.is_cut = is_cut
        self._as_select = sql

    def arrow(self) -> pa.Table:
        """Instants in UTC, days as dates, texts and flags with nulls."""
        return self._rows

    def df(self) -> "pandas.DataFrame":
        """Arrow's own types in pandas, so that a null stays one and an instant keeps its zone."""
        types = package("pandas").ArrowDtype
        frame: pandas.DataFrame = self._rows.to_pandas(types_mapper=types)
        return frame

    def polars(self) -> "polars.DataFrame":
        frame: polars.DataFrame = package("polars").from_arrow(self._rows)
        return frame

    @property
    def sql(self) -> str:
        return self._as_select()

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    def __repr__(self) -> str:
        columns = ", ".join(self._rows.schema.names)
        return f"<{'the first ' if self.is_cut else ''}{len(self)} rows of {columns}>"

    def _repr_html_(self) -> str:
        return self.df().to_html(max_rows=20, notebook=True)


class ReportAnswer(Answer):
    """Of a report. `name`: the report's. `understood`: the filters as they were understood and what
    the rows are compared with. `freshness`: when the file was published and the last delivery
    received, and what the archive lacks. `as_of`: the instant asked of, None for now.
    `next_address`: with `limit`, where the next rows are; None after the last ones."""

    def __init__(
        self, rows: pa.Table, sql: Callable[[], str], charts: Callable[[], list[FigureSource]]
    ) -> None:
        about = orjson.loads((rows.schema.metadata or {}).get(ABOUT, b"{}"))
        super().__init__(rows.replace_schema_metadata(None), sql)
        self._charts = charts
        self.name: str = about.get("report", "")
        self.understood: dict[str, object] = about.get("filters", {})
        self.freshness: dict[str, object] = about.get("freshness", {})
        self.as_of: str | None = about.get("as_of")
        self.next_address: str | None = about.get("next")

    def figures(self) -> "dict[str, plotly.graph_objects.Figure]":
        """Every chart that a page draws from it, by name, as the page draws it."""
        return {chart.name: figure_of(chart) for chart in self._charts()}

    def figure(self, name: str | None = None) -> "plotly.graph_objects.Figure":
        """The chart of this name, else the first one. Raises `NoFigure`."""
        charts = {chart.name: chart for chart in self._charts()}
        if not charts:
            raise NoFigure(f"there is nothing to draw of {self.name}: no leads in these days")
        chosen = name or next(iter(charts))
        if chosen not in charts:
            raise NoFigure(f"no chart of {self.name} is called {chosen}.", tuple(charts))
        return figure_of(charts[chosen])
