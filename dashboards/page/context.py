"""What a card is given: who reads, which slice of the leads, and how to ask about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from duckdb import DuckDBPyConnection

from analytics.privacy.contacts import is_masked
from analytics.reports.asking import Answer, Question, moment_of
from analytics.reports.groups import DEFAULT_GROUPS
from analytics.reports.registry import report_named
from dashboards.access.gate import may_open
from dashboards.access.roles import Reader
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import ReaderContext
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class CardContext:
    """Per web request: `db`, `reader_context`, `reader`.

    Per page: the `slice`; `answer`, as page/answers.py gives it; `everything`, the days of all
    leads; `options`, values of the page's own parameters; `origin`, what links begin with, None
    where there is no server to lead to; `base_path`, what their paths begin with; `file_path` and
    `file_query`, of its files, without their endings; `is_file`, whether it becomes one.

    Per card: `asked`, its questions so far; `card`, its key.
    """

    db: DuckDBPyConnection
    reader_context: ReaderContext
    reader: Reader
    slice: Slice
    answer: Callable[[Question], Answer]
    everything: Callable[[], Period | None]
    options: Mapping[str, Any] = field(default_factory=dict)
    origin: str | None = ""
    base_path: str = ""
    file_path: str = ""
    file_query: str = ""
    is_file: bool = False
    asked: list[Question] = field(default_factory=list)
    card: str = ""

    def for_card(self, key: str = "") -> "CardContext":
        """The same for the next card, which has asked nothing yet."""
        return replace(self, asked=[], card=key)

    @property
    def texts(self) -> Texts:
        return self.reader_context.texts

    @property
    def formats(self) -> Formats:
        return self.reader_context.formats

    @property
    def now(self) -> datetime:
        return self.reader_context.now

    @property
    def today(self) -> date:
        return self.reader_context.today

    @property
    def timezone(self) -> str:
        return self.reader_context.timezone

    def ask(self, name: str, about: Slice | None = None, **options: Any) -> Answer:
        """The rows of a report, about the page's slice or another one; of one that ends
        at a moment, as if it were that moment."""
        return self.ask_grouped(name, DEFAULT_GROUPS, about, **options)

    def ask_grouped(
        self, name: str, groups: Sequence[str], about: Slice | None = None, **options: Any
    ) -> Answer:
        report, filters = report_named(name), about or self.slice
        now = moment_of(filters, self.now)
        question = Question(report, filters, self.timezone, now, tuple(groups), options)
        self.asked.append(question)
        return self.answer(question)

    def leads(self, about: Slice | None = None, **narrowed: object) -> str | None:
        """The URL of the journal with the leads of the slice, narrowed to these values; None where
        another value of such a filter is chosen, for the journal would then show other leads, or
        where the value is masked."""
        here = about or self.slice
        if not here.admits(**narrowed) or is_masked(*narrowed.values()):
            return None
        return self.url("/journal", here.narrowed(**narrowed).query)

    def lead(self, lead_type: str, lead_id: int) -> str | None:
        """The URL of a lead's card; the slice goes along, so that one can go back to it, but for a
        file's."""
        slice_query = "" if self.is_file else self.slice.query
        return self.url(f"/leads/{lead_type}/{lead_id}", slice_query)

    def file(self, ending: str, card: str = "", table: int = 0) -> str | None:
        """The URL of what is shown here as a file for people: of a card, else of the one that is
        being made, else of the whole page. `table`: one of several, from 1."""
        chosen = {"card": card or self.card, "table": f"{table or ''}"}
        written = urlencode([(name, value) for name, value in chosen.items() if value])
        chosen_here = "&".join(part for part in (self.file_query, written) if part)
        return self.url(f"{self.file_path}.{ending}", chosen_here) if self.file_path else None

    def here(self, about: Slice) -> str | None:
        """The URL of this same page with another slice, on the page itself."""
        return f"?{about.query}" if self.origin == "" else None

    def url(self, path: str, query: str = "") -> str | None:
        """None where there is no server to lead to, and for what this reader may not open."""
        if self.origin is None or not may_open(self.reader, path):
            return None
        return f"{self.origin}{self.base_path}{path}{'?' if query else ''}{query}"
