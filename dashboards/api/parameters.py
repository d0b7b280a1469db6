"""What the URL of a report may say. What it may not is refused: a parameter that nobody reads would
be a filter that does not filter."""

from collections.abc import Iterator

from werkzeug.datastructures import MultiDict

from analytics.reports.groups import GROUPS, UnknownGroup, read_groups
from analytics.reports.parameters import LIMIT
from analytics.reports.reach import PERIOD, reads, reads_period
from analytics.reports.report import Report
from dashboards.page.from_url import read_options
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import GROUPS as ANY_OF
from dashboards.slice.conditions import OTHER, OWN, condition_in
from dashboards.slice.slice import COMPARED_DAYS, NAMES, NOTHING, Slice
from dashboards.wording.texts import LANGUAGES

PREFIXES = ("", OWN, *ANY_OF, OTHER)
"""What may stand before a condition."""
GROUP_BY, COLUMNS, CURSOR = "group_by", "columns", "cursor"
ALWAYS = ("format", COLUMNS, LIMIT.name, CURSOR, "lang")
"""Of every report."""


def names_of(report: Report) -> tuple[str, ...]:
    """The parameters that it takes; conditions with an op, in a group or of the other slice are
    taken besides."""
    read = (name for name in NAMES if reads(report, name))
    own = (parameter.name for parameter in report.parameters)
    groups = (GROUP_BY,) if report.groups else ()
    return tuple(dict.fromkeys((*read, *own, *groups, *ALWAYS)))


def of_slice(report: Report, query: MultiDict[str, str]) -> MultiDict[str, str]:
    """What the URL says of the slice. A name that the report has given to a parameter of its own,
    such as `lead_id`, is no filter there."""
    own = {parameter.name for parameter in report.parameters}
    pairs = query.items(multi=True)
    return MultiDict(
        [(name, value) for name, value in pairs if is_of_slice(name) and name not in own]
    )


def is_of_slice(name: str) -> bool:
    return name in NAMES or condition_in(name, PREFIXES) is not None


def is_compared(report: Report, query: MultiDict[str, str]) -> bool:
    """Whether the URL asks for a comparison: without a word of it, a program gets no more than it
    knows."""
    is_asked = any(value and is_comparison(name) for name, value in query.items(multi=True))
    return is_asked and query.get("compare") != NOTHING


def is_comparison(name: str) -> bool:
    return name in ("compare", *COMPARED_DAYS) or name.startswith(OTHER)


def refuse_others(report: Report, query: MultiDict[str, str]) -> None:
    """Raises `BadQuery`."""
    known = names_of(report)
    for name in query:
        is_condition = condition_in(name, PREFIXES) is not None and reads(report, name)
        if name not in known and not is_condition:
            is_known = is_of_slice(name) or name == GROUP_BY
            key = "bad_query.not_read" if is_known else "bad_query.name"
            raise BadQuery(key, known, name=name, report=report.name)
    refuse_repeated(query, {*_lists(report, query)})
    read_language(query)


def refuse_all_but(known: tuple[str, ...], query: MultiDict[str, str]) -> None:
    """Raises `BadQuery`."""
    for name in query:
        if name not in known:
            raise BadQuery("bad_query.name", known, name=name)
    refuse_repeated(query, set())


def refuse_repeated(query: MultiDict[str, str], lists: set[str]) -> None:
    """One value would win over another, and nobody could tell which. Raises `BadQuery`."""
    for name, values in query.lists():
        if len(values) > 1 and name not in lists:
            raise BadQuery("bad_query.repeated", ("one value",), name=name)


def read_language(query: MultiDict[str, str]) -> None:
    language = query.get("lang")
    if language and language not in LANGUAGES:
        raise BadQuery("bad_query.value", LANGUAGES, name="lang", value=language)


def _lists(report: Report, query: MultiDict[str, str]) -> Iterator[str]:
    """Parameters that may be given several times."""
    own = {parameter.name: parameter.is_several for parameter in report.parameters}
    conditions = (name for name in query if condition_in(name, PREFIXES) is not None)
    yield from (name for name in conditions if name not in own)
    yield from (name for name, is_several in own.items() if is_several)
    yield from (GROUP_BY, COLUMNS)


def read_columns(query: MultiDict[str, str]) -> tuple[str, ...]:
    """Names, several of them also in one text with commas between."""
    written = (value for value in query.getlist(COLUMNS) if value)
    return tuple(dict.fromkeys(name.strip() for one in written for name in one.split(",")))


def read_group_by(query: MultiDict[str, str]) -> tuple[str, ...]:
    """Raises `BadQuery`."""
    try:
        return read_groups([name for name in query.getlist(GROUP_BY) if name])
    except UnknownGroup as error:
        name = str(error)
        raise BadQuery("bad_query.group", tuple(GROUPS), GROUP_BY, name=name) from error


def read_limit(query: MultiDict[str, str]) -> int:
    """0 is all rows. Raises `BadQuery`."""
    return int(read_options((LIMIT,), query)[LIMIT.name])


def next_pairs(
    report: Report, about: Slice, query: MultiDict[str, str], cursor: str
) -> list[tuple[str, str]]:
    """The query of the page that begins at the cursor. Its days are written out: they stay the same
    when the page is asked for after midnight."""
    begun = {*PERIOD, *report.pages_by, CURSOR}
    others = [(name, value) for name, value in query.items(multi=True) if value]
    kept = [(name, value) for name, value in others if name not in begun]
    name = [] if about.name is None else [("period", about.name)]
    days = [*name, ("from", f"{about.first}"), ("to", f"{about.last}")]
    return [*(days if reads_period(report) else []), *kept, (CURSOR, cursor)]
