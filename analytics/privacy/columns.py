"""What the columns of the store hold: those of leads as their rows say, and the others."""

from functools import cache

from analytics.parameters import COLUMNS, PARAMETERS
from analytics.privacy.holds import Content, Privacy, holding, plain

_OTHERS: dict[str, Content] = {
    **plain(
        "delivery_id received_at sent_at origin method outcome is_late is_declared tag_category",
        "lead_day tagged_at tagged_after lead_is_target",
    ),
    **holding(Privacy.WORDS, "party", "channel"),
    # A name of a parameter or of a webhook is a stranger's word, too.
    **holding(Privacy.TEXT, "tag", "webhook", "field", "changed_fields", "problems"),
    **holding(Privacy.COMMENT, "comment"),
    **holding(Privacy.ADDRESS, "source_ip"),
    **holding(Privacy.ANYTHING, "params", "phrase"),
}
"""Not among them: names that a report could as well give to something else, such as `value`."""


@cache
def held_by_column(name: str) -> Content | None:
    """Of leads or another table; None of those that nobody has declared."""
    return _columns().get(name)


@cache
def held_by_field(name: str) -> Content | None:
    """By a field of a lead: a parameter under Calltouch's name, or a column."""
    return PARAMETERS[name].holds if name in PARAMETERS else held_by_column(name)


@cache
def _columns() -> dict[str, Content]:
    return {**{column.name: column.holds for column in COLUMNS}, **_OTHERS}
