"""What a card is given: a reader, a slice of the leads, and a published file to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from duckdb import DuckDBPyConnection

from analytics.privacy.contacts import is_masked
from analytics.reports.asking import Answer, Question
from analytics.reports.registry import report_named
from analytics.reports.shared_parts import Tables, ask_keeping
from dashboards.access.disclosure import Note, besides, disclose
from dashboards.access.roles import Reader
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import ReaderContext
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that was put, with the slice and the options that repeat it."""

    question: Question
    slice: Slice

    @property
    def query(self) -> str:
        """The URL query under which /api/reports gives the same rows; of a list, all of it."""
        places = {one.name for one in self.question.report.parameters if one.is_place}
        options = [
            (name, str(value))
            for name, value in self.question.options.items()
            if name not in places
        ]
        groups = (
            [("group_by", ",".join(self.question.groups))] if self.question.report.groups else []
        )
        return urlencode([*besides(self.slice, self.question), *groups, *options])


@dataclass(slots=True)
class CardContext:
    """`options`: what the page's own parameters are. `origin`: what the links begin with; None
    where there is no server to lead to. `asked`: the questions of the card that is being made.
    `answers`: to those of the whole page, so that no card asks what another one has asked.
    `kept`: what different questions of the page have in common, worked out once."""

    db: DuckDBPyConnection
    reader_context: ReaderContext
    reader: Reader
    slice: Slice
    note: Note
    options: Mapping[str, Any] = field(default_factory=dict)
    origin: str | None = ""
    asked: list[AskedQuestion] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    kept: Tables = field(default_factory=dict)

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
        """The rows of a report, about the page's slice unless another one is given.

        Masked for readers that may not see personal data; for those that may, it is noted first.
        """
        return self._put(name, about or self.slice, (), options)

    def ask_grouped(
        self, name: str, groups: Sequence[str], about: Slice | None = None, **options: Any
    ) -> Answer:
        return self._put(name, about or self.slice, tuple(groups), options)

    def leads(self, about: Slice | None = None, **narrowed: object) -> str | None:
        """The URL of the journal with the leads of the slice, narrowed to these values; None where
        another value of such a filter is chosen, for the journal would then show other leads, or
        where the value is masked."""
        here = about or self.slice
        if not here.admits(**narrowed) or is_masked(*narrowed.values()):
            return None
        return self.url("/journal", here.narrowed(**narrowed).query)

    def lead(self, lead_type: str, lead_id: int) -> str | None:
        """The URL of a lead's card; the slice goes along, so that one can go back to it."""
        return self.url(f"/leads/{lead_type}/{lead_id}", self.slice.query)

    def here(self, about: Slice) -> str | None:
        """The URL of this same page with another slice, on the page itself."""
        return f"?{about.query}" if self.origin == "" else None

    def url(self, path: str, query: str = "") -> str | None:
        if self.origin is None:
            return None
        return f"{self.origin}{path}{'?' if query else ''}{query}"

    def _put(
        self, name: str, about: Slice, groups: tuple[str, ...], options: dict[str, Any]
    ) -> Answer:
        reader_context = self.reader_context
        report = report_named(name)
        question = Question(
            report,
            about.filters,
            reader_context.timezone,
            reader_context.now,
            **_given(groups),
            options=options,
        )
        self.asked.append(AskedQuestion(question, about))
        key = repr((name, about, groups, sorted(options.items())))
        if key not in self.answers:
            answer = ask_keeping(self.db, question, self.kept)
            self.answers[key] = self._fit(question, about, answer)
        return self.answers[key]

    def _fit(self, question: Question, about: Slice, answer: Answer) -> Answer:
        seen = disclose(
            self.db, question, about, answer.columns, self.reader, self.note, len(answer.rows)
        )
        return Answer(answer.columns, list(seen(answer.rows)))


def _given(groups: tuple[str, ...]) -> dict[str, Any]:
    return {"groups": groups} if groups else {}
