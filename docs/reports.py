"""docs/reports.md, from the registry of reports, the pages and their texts: `make docs`."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from analytics.reports.described import column_types
from analytics.reports.groups import GROUPS
from analytics.reports.parameter import ReportParameter
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from analytics.statements import head_comment
from dashboards.page.cards import Page
from dashboards.pages.register import PAGES
from dashboards.wording.texts import Texts

REPORTS_FILE = Path(__file__).with_name("reports.md")
_TEXTS = Texts("en")
_INTRO = """\
# Reports

Made by `make docs` from the reports and pages themselves: do not edit. Every number on a page is
the answer of one of these; `/api/reports/<name>` gives the same rows as JSON, CSV, XLSX or Parquet,
under the filters of the page's URL. Their parameters and answers in full: `/api/openapi.json`.
"""


def reports_paper() -> str:
    """The whole file."""
    pages = {page.name: page for page in PAGES}
    parts = [_INTRO]
    for name, reports in groupby(sorted(REPORTS, key=_place), key=attrgetter("page")):
        parts += [_page(pages[name]), *map(_report, reports)]
    return "\n".join(parts)


def _place(report: Report) -> int:
    return [page.name for page in PAGES].index(report.page)


def _page(page: Page) -> str:
    title, question = _TEXTS(f"{page.name}.title"), _TEXTS(f"{page.name}.question")
    return "".join([f"## {title}\n\n`{page.path}`. {question}\n", *_cards(page)])


def _cards(page: Page) -> Iterator[str]:
    """What each card of the page answers, with its definition. One whose title depends on what is
    chosen has none here."""
    yield "\n"
    for card in page.cards:
        title = "" if card.title else f"**{_TEXTS(card.name)}** "
        yield f"- {title}{_TEXTS(f'{card.name}_why')}\n"


def _report(report: Report) -> str:
    columns, chosen = column_types()[report.name], _grouped(report)
    told = ", ".join(f"`{name}` {kind}" for name, kind in columns.items() if name not in chosen)
    lines = [f"### {report.name}\n", head_comment(report.path) + "\n"]
    if report.parameters or report.groups:
        options = [*map(_option, report.parameters), *(["`group_by`"] if report.groups else [])]
        lines.append(f"Options: {', '.join(options)}.\n")
    return "\n".join([*lines, f"Columns: {told}.\n"])


def _grouped(report: Report) -> set[str]:
    """The columns that `group_by` chooses."""
    return {*GROUPS} if report.groups else set()


def _option(parameter: ReportParameter) -> str:
    default = "" if parameter.default is None else f"={parameter.default}"
    choices = f" ({' '.join(parameter.choices)})" if parameter.choices else ""
    return f"`{parameter.name}{default}`{choices}"


def write_reports() -> None:
    REPORTS_FILE.write_text(reports_paper(), encoding="utf-8")


if __name__ == "__main__":
    write_reports()
