"""A report: what can be asked of it, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics.privacy.holds import Content
from analytics.reports.parameter import ReportParameter
from analytics.reports.parts import SharedPart


@dataclass(frozen=True, slots=True)
class Report:
    """`sql/reports/<page>/<name>.sql`.

    `columns`: what those hold of a person that are not columns of the store or groups; one of
    which it is not said is seen by admins alone.
    `groups`: it has a place for group columns to choose.
    `keeps`: parts that take most of its time and that other reports of its page have as well: they
    are worked out once for all of them.
    `is_newest_first`: a list of the $top newest leads, by happened_local; the days at the end of
    the period may have them all.
    `pages_by`: parameters that say after which row to begin, with the column of that row that each
    takes; besides, `limit` says how many rows to give. All its rows need not fit into memory then.
    """

    name: str
    page: str
    parameters: tuple[ReportParameter, ...] = ()
    columns: Mapping[str, Content] = field(default_factory=dict)
    groups: bool = False
    keeps: tuple[SharedPart, ...] = ()
    is_newest_first: bool = False
    pages_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_history(self) -> bool:
        """Whether it can be asked as of an instant: how operations stood then is kept nowhere, and
        the file itself has no yesterday."""
        return self.page not in ("flows", "data")

    @property
    def path(self) -> str:
        return f"reports/{self.page}/{self.name}"

    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.default for parameter in self.parameters}
