"""The one way by which rows of the store get to a reader: masked, or noted in the audit first.

Pages, the API, exports, files and mails all come through `disclose`; recordings have no rows and
are noted by `note_recording`. What operations of flows hold comes from another file: it is masked,
or noted, by pages/operation.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from duckdb import DuckDBPyConnection

from analytics.privacy.clearance import Clearance
from analytics.privacy.holds import is_personal
from analytics.privacy.masking import Masking, mask_filter
from analytics.privacy.people import people_of
from analytics.reports.asking import Question
from analytics.reports.filters import parts_of
from analytics.reports.registry.limits import is_told_to_limited
from analytics.reports.report import Report
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Reader
from dashboards.slice.conditions import GROUPS, condition_in

Row = tuple[Any, ...]
# What a search of personal data binds, in a group or not; see sql/picking/search.
_SEARCH = "search_phones"


class Note(Protocol):
    """Writes into the audit that the reader was given personal data; raises if it cannot. Those
    there are stand in notes.py."""

    def __call__(self, report: str, query: str, rows: int | None) -> None: ...


def disclose(
    db: DuckDBPyConnection,
    question: Question,
    columns: Sequence[str],
    reader: Reader,
    note: Note,
    rows: int | None = None,
) -> Callable[[Sequence[Row]], Sequence[Row]]:
    """Turns rows of the answer into those that this reader may see; noted when this returns, as
    is a search for somebody, whatever it finds.

    `rows`: how many there are, None while nobody knows. `db`: for questions about people, asked
    while the rows are read, so not the connection that these come from. Rows are whole here, for
    a column may say what another one holds; only those that the question names are given, and
    noted.
    """
    contents = question.contents(columns)
    refuse_report(question.report, reader)
    clearance = reader.clearance
    given = [contents[name] for name in question.columns or columns]
    is_shown = rows != 0 and any(map(is_personal, given))
    if clearance > Clearance.MASKED and (is_shown or _searches(question)):
        note(question.report.name, audited(question), rows)
    return Masking(contents, clearance, people_of(db), question.lead_id)


def refuse_report(report: Report, reader: Reader) -> None:
    """Raises `NotAllowed` for what tells of the leads of everybody."""
    if reader.is_limited and not is_told_to_limited(report):
        raise NotAllowed


def audited(question: Question) -> str:
    """The filters and the options as the audit has them: without phones that were searched for or
    filtered by, but with the lead whose card was asked for."""
    filters = [(name, _audited(name, value)) for name, value in question.filter_pairs]
    options = [(name, value) for name, value in question.options.items() if value is not None]
    columns = [("columns", ",".join(question.columns))] if question.columns else []
    return urlencode([*filters, *options, *columns])


def _searches(question: Question) -> bool:
    """A number of leads alone tells whether somebody of this phone or name is among them."""
    return any(name.endswith(_SEARCH) for name in question.parameters)


def _audited(name: str, value: str) -> str:
    key = condition_in(name, ("", *GROUPS))
    if key is None:
        return value
    known, _ = parts_of(key)
    return "…" if known.name == "search" else mask_filter(known.name, value)
