"""The reports there are, and what can be asked of each.

A report that is about leads has `with picked as (from leads)` in its SQL, one that is about
deliveries `with received as (from deliveries)`: the place of those the filters leave. Besides,
its SQL may bind `$from`, `$to` (days), `$timezone`, `$now` (an instant) and its own parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a report takes besides the filters, `$name` in its SQL.

    A whole number from `least` to `most`, or one of `choices`.
    """

    name: str
    default: Any
    least: int = 0
    most: int = 2**31 - 1
    choices: tuple[str, ...] = ()

    def read(self, written: str) -> Any:
        """Raises `BadParameter`."""
        if self.choices:
            if written in self.choices:
                return written
            raise BadParameter(self.name, written, self.choices)
        is_number = written.isascii() and written.isdigit() and len(written) < 19
        if is_number and self.least <= int(written) <= self.most:
            return int(written)
        raise BadParameter(self.name, written, (f"{self.least}…{self.most}",))


class BadParameter(ValueError):
    """A report's own parameter does not read; `expected` is what would."""

    def __init__(self, name: str, value: str, expected: Sequence[str]) -> None:
        super().__init__(f"{name}={value}: expected {', '.join(expected)}")
        self.name = name
        self.value = value
        self.expected = tuple(expected)


class UnknownReport(ValueError):
    """There is no report of this name."""


@dataclass(frozen=True, slots=True)
class Report:
    """`sql/reports/<page>/<name>.sql`. `groups`: it has a line of group columns to choose."""

    name: str
    page: str
    parameters: tuple[Parameter, ...] = ()
    groups: bool = False

    @property
    def path(self) -> str:
        return f"reports/{self.page}/{self.name}"

    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.default for parameter in self.parameters}


RECOVERY_HOURS = Parameter("recovery_hours", 24, 1, 24 * 31)
TOP = Parameter("top", 12, 1, 1000)
UNIT = Parameter("unit", "day", choices=("day", "week", "month", "year"))

REPORTS: tuple[Report, ...] = (
    Report("freshness", "overview"),
    Report("lead_span", "overview"),
    Report("overview", "overview"),
    Report("leads_over_time", "overview", (UNIT,)),
    Report("sources", "overview", (TOP,)),
    Report("delivery_totals", "overview"),
    Report("attribution", "attribution", groups=True),
)

_BY_NAME = {report.name: report for report in REPORTS}


def report_named(name: str) -> Report:
    """Raises `UnknownReport`."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownReport(name) from None
