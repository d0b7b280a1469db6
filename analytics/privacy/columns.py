"""What the columns of the store hold: those of a parameter as its row says, and the others."""

from functools import cache

from analytics.fold.parameters import PARAMETERS
from analytics.privacy.holds import Content, Privacy, holding, plain

_OTHERS: dict[str, Content] = {
    **plain(
        "lead_type lead_id happened_at happened_local day is_unique is_target is_unique_target",
        "is_ended attribution_model first_received_at last_received_at last_sent_at delivery_count",
        "delivery_id received_at sent_at origin method outcome is_late is_declared tag_category",
    ),
    **holding(Privacy.WORDS, "party", "channel"),
    # A name of a parameter or of a webhook is a stranger's word, too.
    **holding(Privacy.TEXT, "tag", "webhook", "field", "changed_fields", "problems"),
    **holding(Privacy.COMMENT, "comment"),
    **holding(Privacy.PHONE, "canonical_phone"),
    **holding(Privacy.EMAIL, "canonical_email"),
    **holding(Privacy.IDENTIFIER, "person"),
    **holding(Privacy.ADDRESS, "source_ip"),
    **holding(Privacy.ANYTHING, "params", "extra", "phrase"),
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
def _columns() -> dict[str, Content | None]:
    return {**{one.column: one.holds for one in PARAMETERS.values() if one.column}, **_OTHERS}
