"""The one way by which rows of the store get to a reader: masked, or noted in the audit first.

Pages, the API, exports, files and mails all come through `disclose`, recordings through
`note_recording`; nothing else notes who saw what.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from duckdb import DuckDBPyConnection

from analytics.privacy.clearance import Clearance
from analytics.privacy.holds import is_personal
from analytics.privacy.masking import Masking, mask_filter
from analytics.privacy.people import People
from analytics.reports.asking import Question
from dashboards.access.audit import Action
from dashboards.access.gate import audit
from dashboards.access.roles import Reader
from dashboards.slice.slice import FILTER_NAMES, Slice

Row = tuple[Any, ...]


class Note(Protocol):
    """Writes into the audit that the reader was given personal data; raises if it cannot."""

    def __call__(self, report: str, query: str, rows: int | None) -> None: ...


def note_shown(report: str, query: str, rows: int | None) -> None:
    audit(Action.SHOWN, report, query, rows)


def note_exported(report: str, query: str, rows: int | None) -> None:
    audit(Action.EXPORTED, report, query, rows)


def note_recording(lead_id: int) -> None:
    audit(Action.RECORDING, "recording", f"lead_id={lead_id}", 1)


def disclose(
    db: DuckDBPyConnection,
    question: Question,
    about: Slice,
    columns: Sequence[str],
    reader: Reader,
    note: Note,
    rows: int | None = None,
) -> Callable[[Sequence[Row]], Sequence[Row]]:
    """What makes of an answer's rows those that this reader may see; noted when this returns.

    `rows`: how many there are, None where nobody knows yet. `db`: for questions about people, asked
    while the rows are read: not the connection that these come from.
    """
    contents = question.contents(columns)
    clearance = reader.clearance
    if clearance > Clearance.MASKED and rows != 0 and any(map(is_personal, contents.values())):
        note(question.report.name, audited(about, question), rows)
    return Masking(contents, clearance, People(db), question.lead_id)


def audited(about: Slice, question: Question) -> str:
    """The slice and the options as they are noted in the audit: a phone that was searched for or
    filtered by is not, and a lead is named whose card was asked for."""
    pairs = [(name, _noted(name, value)) for name, value in besides(about, question)]
    options = [(name, value) for name, value in question.options.items() if value is not None]
    return urlencode([*pairs, *options])


def besides(about: Slice, question: Question) -> list[tuple[str, str]]:
    """The slice without filters of the same name as an option, such as `lead_id`: a report that
    has the option looks at nothing else."""
    return [(name, value) for name, value in about.pairs if name not in question.options]


def _noted(name: str, value: str) -> str:
    if name == "search":
        return "…"
    return mask_filter(name, value) if name in FILTER_NAMES else value
