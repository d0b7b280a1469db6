"""What a reader may look for who may not see phones, e-mails and names: nobody must guess them
piece by piece."""

from werkzeug.datastructures import MultiDict

from analytics.privacy.columns import held_by_column
from analytics.privacy.holds import Privacy
from analytics.reports.filter_fields import PART_OPS
from analytics.reports.filters import parts_of
from analytics.reports.searches import may_be_contact
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import GROUPS, OTHER, OWN, condition_in

_PREFIXES = ("", OWN, OTHER, *GROUPS)


def restrict_search(query: MultiDict[str, str]) -> MultiDict[str, str]:
    """A search finds ids and tags alone, and no part of a text may be a part of a contact, which
    such texts hold where somebody has put it there. Raises `BadQuery`."""
    restricted = MultiDict[str, str]()
    for name, value in query.items(multi=True):
        key = condition_in(name, _PREFIXES)
        if key is not None:
            _refuse_part(key, name, value)
        restricted.add(f"{name[:-6]}id_or_tag" if key == "search" else name, value)
    return restricted


def _refuse_part(key: str, name: str, value: str) -> None:
    known, op = parts_of(key)
    is_open = known.column is not None and held_by_column(known.column) is Privacy.NOTHING
    if op in PART_OPS and not is_open and may_be_contact(value):
        raise BadQuery("bad_query.closed", name=name, value=value)
