"""The answers on one page: each question asked once, its rows as the reader may see them."""

from dataclasses import dataclass, field

import duckdb
from duckdb import DuckDBPyConnection

from analytics.published_file import resume
from analytics.reports.asking import Answer, Question
from analytics.reports.shared_parts import Tables, ask_keeping
from dashboards.access.disclosure import Note, disclose
from dashboards.access.roles import Reader


@dataclass(frozen=True, slots=True)
class PageAnswers:
    """Per page. Its two caches are all that changes from card to card: `answers`, so that no card
    asks what another one has asked, and `kept`, what different questions share, worked out once."""

    db: DuckDBPyConnection
    reader: Reader
    note: Note
    answers: dict[str, Answer] = field(default_factory=dict)
    kept: Tables = field(default_factory=dict)

    def to(self, question: Question) -> Answer:
        """Masked for readers that may not see personal data; for those that may, noted first."""
        options = sorted(question.options.items())
        key = repr((question.report.name, question.filters, question.groups, options))
        if key not in self.answers:
            try:
                self.answers[key] = self._disclosed(ask_keeping(self.db, question, self.kept))
            except duckdb.Error:
                # The next card is made all the same.
                if resume(self.db):
                    self.kept.clear()
                raise
        return self.answers[key]

    def _disclosed(self, answer: Answer) -> Answer:
        question, columns, rows = answer.question, answer.columns, answer.rows
        seen = disclose(self.db, question, columns, self.reader, self.note, len(rows))
        return Answer(question, columns, list(seen(rows)))
