"""What leads may be grouped by, per name in a URL."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.privacy.columns import held_by_column
from analytics.privacy.holds import Content, Privacy


@dataclass(frozen=True, slots=True)
class Group:
    """`sql`: of its column, whose alias is the group's name. `holds`: what its values hold of a
    person."""

    sql: str
    holds: Content | None


def _lead_column(name: str) -> Group:
    """A column of leads."""
    return Group(name, held_by_column(name))


def _time(sql: str) -> Group:
    return Group(sql, Privacy.NOTHING)


GROUPS: dict[str, Group] = {
    "source": _lead_column("source"),
    "medium": _lead_column("medium"),
    "utm_source": _lead_column("utm_source"),
    "utm_medium": _lead_column("utm_medium"),
    "utm_campaign": _lead_column("utm_campaign"),
    "utm_content": _lead_column("utm_content"),
    "utm_term": _lead_column("utm_term"),
    "site": _lead_column("site_id"),
    "lead_type": _lead_column("lead_type"),
    "manager": _lead_column("manager"),
    "status": _lead_column("status"),
    "hostname": _lead_column("hostname"),
    "subject": _lead_column("subject"),
    "pool": _lead_column("pool"),
    "number": _lead_column("phone_number"),
    "city": _lead_column("city"),
    "device": _lead_column("device"),
    "browser": _lead_column("browser"),
    "os": _lead_column("os"),
    "day": _time("day"),
    "week": _time("date_trunc('week', day)::date"),
    "month": _time("date_trunc('month', day)::date"),
    "weekday": _time("isodow(happened_local)"),
    "hour": _time("hour(happened_local)"),
    "tag_set": Group("tag_set", Privacy.TEXT),
}
DEFAULT_GROUPS = ("source",)


class UnknownGroup(ValueError):
    """Leads cannot be grouped by this; the text is its name."""


def read_groups(written: Sequence[str]) -> tuple[str, ...]:
    """Names, several of them also in one text with commas between; raises `UnknownGroup`."""
    names = tuple(dict.fromkeys(name.strip() for one in written for name in one.split(",")))
    for name in names:
        if name not in GROUPS:
            raise UnknownGroup(name)
    return names or DEFAULT_GROUPS
