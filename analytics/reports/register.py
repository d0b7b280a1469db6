"""The reports there are, and what can be asked of each.

A report that is about leads has `with picked as (from leads)` in its SQL, one that is about
deliveries `with received as (from deliveries)`: the place of those the filters leave. What several
reports share stands once, in `sql/reports/parts/<part>.sql`, and is put where a report says
`<part> as (from parts)`. Besides, the SQL may bind `$from`, `$to` (days), `$timezone`, `$now` (an
instant) and the report's own parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_INSTANT = ("2026-11-20T14:30:00+03:00",)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a report takes besides the filters, `$name` in its SQL.

    A whole number from `least` to `most`, or one of `choices`, or an instant: a datetime in ISO
    8601 with its offset. `is_several`: any of the choices, a tuple, written with commas between.
    `is_place`: it says which part of the rows to give; who wants all of them leaves it out.
    """

    name: str
    default: Any
    least: int = 0
    most: int = 2**31 - 1
    choices: tuple[str, ...] = ()
    is_instant: bool = False
    is_several: bool = False
    is_place: bool = False

    def read(self, written: str) -> Any:
        """Raises `BadParameter`."""
        if self.is_several:
            return self._several(written)
        if self.choices:
            if written in self.choices:
                return written
            raise BadParameter(self.name, written, self.choices)
        if self.is_instant:
            return self._instant(written)
        is_number = written.isascii() and written.isdigit() and len(written) <= 19
        if is_number and self.least <= int(written) <= self.most:
            return int(written)
        raise BadParameter(self.name, written, (f"{self.least}…{self.most}",))

    def _several(self, written: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(written.split(",")))
        for name in names:
            if name not in self.choices:
                raise BadParameter(self.name, name, self.choices)
        return names

    def _instant(self, written: str) -> datetime:
        try:
            found = datetime.fromisoformat(written)
        except ValueError as error:
            raise BadParameter(self.name, written, _INSTANT) from error
        if found.tzinfo is None:
            raise BadParameter(self.name, written, _INSTANT)
        return found


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
FIRST = Parameter("top", 0, is_place=True)
"""How many rows of a list, 0 for all of them. With TOP the other rows are one, or do not matter."""
ACROSS = Parameter("across", "apart", choices=("apart", "crossed"))
SPAN = (Parameter("longer_than", 0), Parameter("at_most", None))
DEPTH = Parameter("depth", 30, 1, 365)
LEAST = Parameter("least", 20, 1, 1000)
UNIT = Parameter("unit", "day", choices=("day", "week", "month", "year"))
LEAD_TYPES = ("call", "request")
LEAD = (
    Parameter("lead_type", "call", choices=LEAD_TYPES),
    Parameter("lead_id", 0, most=2**63 - 1),
)
AFTER = (
    Parameter("after_at", None, is_instant=True, is_place=True),
    Parameter("after_type", None, choices=LEAD_TYPES, is_place=True),
    Parameter("after_id", None, most=2**63 - 1, is_place=True),
)
JOURNAL = (Parameter("limit", 0, is_place=True), *AFTER)

REPORTS: tuple[Report, ...] = (
    Report("freshness", "overview"),
    Report("lead_span", "overview"),
    Report("overview", "overview"),
    Report("leads_over_time", "overview", (UNIT,)),
    Report("sources", "overview", (TOP,)),
    Report("delivery_totals", "overview"),
    Report("usual_day", "overview"),
    Report("filter_values", "overview"),
    Report("attribution", "attribution", groups=True),
    Report("attribution_mix", "attribution", (UNIT, TOP)),
    Report("attribution_coverage", "attribution"),
    Report("attribution_rates", "attribution", (FIRST, LEAST), groups=True),
    Report("models", "models"),
    Report("model_summary", "models"),
    Report("model_transitions", "models", (TOP,)),
    Report("moved_leads", "models", (FIRST,)),
    Report("rescued", "models"),
    Report("uniqueness", "uniqueness", (UNIT,)),
    Report("uniqueness_depth", "uniqueness", (ACROSS,)),
    Report("repeat_times", "uniqueness", (ACROSS,)),
    Report("repeat_leads", "uniqueness", (ACROSS, *SPAN, FIRST)),
    Report("cohorts", "uniqueness"),
    Report("uniqueness_disagreements", "uniqueness", (ACROSS, DEPTH, FIRST)),
    Report("uniqueness_disagreement_totals", "uniqueness", (ACROSS, DEPTH)),
    Report("tags", "tags"),
    Report("tag_pairs", "tags", (TOP,)),
    Report("tag_delays", "tags", (TOP,)),
    Report("tag_delay_points", "tags"),
    Report("quality", "quality", (RECOVERY_HOURS,)),
    Report("heatmap", "quality"),
    Report("waiting", "quality"),
    Report("missed_calls_over_time", "quality", (UNIT, RECOVERY_HOURS)),
    Report("rescue", "quality", (FIRST, RECOVERY_HOURS)),
    Report("managers", "managers"),
    Report("callback", "callback"),
    Report("callback_attempts", "callback"),
    Report("time_to_connect", "callback"),
    Report("spam_totals", "spam"),
    Report("spam", "spam"),
    Report("spam_over_time", "spam", (UNIT,)),
    Report("spam_tags", "spam", (TOP,)),
    Report("repeat_numbers", "spam", (FIRST,)),
    Report("journal", "journal", JOURNAL),
    Report("journal_count", "journal"),
    Report("lead", "lead", LEAD),
    Report("lead_card", "lead", LEAD),
    Report("lead_attribution", "lead", LEAD),
    Report("lead_tags_now", "lead", LEAD),
    Report("lead_comments_now", "lead", LEAD),
    Report("lead_transcript", "lead", LEAD),
    Report("lead_url_params_now", "lead", LEAD),
    Report("other_leads", "lead", (*LEAD, FIRST)),
    Report("lead_deliveries", "lead", LEAD),
    Report("deliveries", "deliveries", (UNIT,)),
    Report("delivery_summary", "deliveries"),
    Report("duplicates", "deliveries", (UNIT,)),
    Report("webhooks", "deliveries"),
    Report("quarantined", "deliveries", (FIRST,)),
    Report("gaps", "deliveries", (FIRST,)),
    Report("gap_totals", "deliveries"),
    Report("reconciliation_days", "deliveries"),
    Report("lost_leads", "deliveries", (FIRST,)),
    Report("unread_answers", "deliveries"),
    Report("auditor", "deliveries"),
    Report("catalogue", "data"),
    Report("published_file", "data"),
)

_BY_NAME = {report.name: report for report in REPORTS}


def report_named(name: str) -> Report:
    """Raises `UnknownReport`."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownReport(name) from None
