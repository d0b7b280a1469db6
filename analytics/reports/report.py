"""A report: what can be asked of it, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics.privacy.holds import Content
from analytics.reports.parameter import ReportParameter


@dataclass(frozen=True, slots=True)
class Report:
    """`sql/reports/<page>/<name>.sql`. `groups`: it has a line of group columns to choose.

    `columns`: what those hold of a person that are not columns of the store or groups; one of
    which it is not said is seen by admins alone.
    """

    name: str
    page: str
    parameters: tuple[ReportParameter, ...] = ()
    columns: Mapping[str, Content] = field(default_factory=dict)
    groups: bool = False

    @property
    def path(self) -> str:
        return f"reports/{self.page}/{self.name}"

    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.default for parameter in self.parameters}
