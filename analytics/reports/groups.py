"""What leads may be grouped by: per name in a URL, the SQL of its column."""

from collections.abc import Sequence

GROUPS: dict[str, str] = {
    "source": "source",
    "medium": "medium",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "utm_content": "utm_content",
    "utm_term": "utm_term",
    "site": "site_id as site",
    "lead_type": "lead_type",
    "manager": "manager",
    "status": "status",
    "hostname": "hostname",
    "subject": "subject",
    "pool": "pool",
    "number": "phone_number as number",
    "city": "city",
    "device": "device",
    "browser": "browser",
    "os": "os",
    "day": "day",
    "week": "date_trunc('week', day)::date as week",
    "month": "date_trunc('month', day)::date as month",
    "weekday": "isodow(happened_local) as weekday",
    "hour": "hour(happened_local) as hour",
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
