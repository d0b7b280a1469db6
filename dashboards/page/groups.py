"""What leads are grouped by, as a reader sees it: the group's words, and the leads of a group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.privacy.contacts import is_masked
from dashboards.page.context import CardContext
from dashboards.page.sites import read_sites
from dashboards.page.tables import Cell, CellMaker, Sorted
from dashboards.slice.slice import FILTER_NAMES, Slice
from dashboards.wording.formats import Formats
from dashboards.wording.units import unit_period, unit_text

PATH = ("source", "medium", "utm_campaign", "utm_content", "utm_term")
UTM_PATH = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
IN_ORDER = ("day", "week", "month", "weekday", "hour")
"""Groups that read from the first to the last, not from the largest to the smallest."""

_UNITS = ("day", "week", "month")
# Their filters take whole numbers only, so leads without one have no link.
_NUMBERED = ("site", "weekday", "hour")


def next_group(group: str, about: Slice) -> str | None:
    """What the leads of one group are grouped by: the next step of the path that is not fixed by a
    filter already; None at its end."""
    path = UTM_PATH[UTM_PATH.index(group) + 1 :] if group in UTM_PATH else PATH
    left = (name for name in path if name != group and len(about.values_of(name)) != 1)
    return next(left, None)


def within(about: Slice, group: str, value: Any) -> Slice | None:
    """The slice of the group with this value; None where no filter has it, or it is masked."""
    if group in _UNITS:
        return about.of(unit_period(value, group, about.period))
    if group not in FILTER_NAMES or (value is None and group in _NUMBERED) or is_masked(value):
        return None
    return about.narrowed(**{group: value})


def group_text(group: str, value: Any, formats: Formats) -> str:
    """A value as a reader reads it; mostly a stranger's text, to be escaped where it is shown."""
    texts = formats.texts
    if value is None:
        return texts("group.no_tags" if group == "tag_set" else "site.not_given")
    if isinstance(value, date):
        return unit_text(value, group, formats)
    if group == "lead_type":
        return texts(f"site.{value}s")
    if group == "weekday":
        return texts.forms("calendar.weekdays")[int(value) - 1]
    if group == "hour":
        return f"{value:02}:00\N{EN DASH}{value:02}:59"
    return str(value) or texts("site.empty")


@dataclass(frozen=True, slots=True)
class GroupNames:
    """How the values of a group read; `sites`: their names, by id, where they are the group."""

    group: str
    formats: Formats
    sites: Mapping[str, str]

    @classmethod
    def read(cls, group: str, context: CardContext) -> "GroupNames":
        sites = read_sites(context.db) if group == "site" else ()
        return cls(group, context.formats, {site.site_id: site.name for site in sites})

    def of(self, value: Any) -> str:
        text = group_text(self.group, value, self.formats)
        return self.sites.get(text, text)


def group_cell(group: str, value: Any, text: str, formats: Formats) -> Cell:
    """`text`: how the value reads, alone or with those of other groups."""
    if isinstance(value, date):
        return CellMaker(formats).unit(value, group)
    return Cell(text, group_order(group, value, text), is_foreign=True)


def group_order(group: str, value: Any, text: str) -> Sorted:
    """What a value is sorted by."""
    if value is None:
        return None
    if isinstance(value, date):
        return f"{value}"
    return float(value) if group in _NUMBERED else text.casefold()
