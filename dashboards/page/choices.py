"""What there is to choose on a page, and how a reader reads it."""

from dataclasses import dataclass

from analytics.reports.filters import EMPTY, FILTERS, NOT_GIVEN, FilterKind
from dashboards.wording.tag_names import tag_text
from dashboards.wording.texts import Texts

_NAMED = (FilterKind.CHOICE, FilterKind.FLAG, FilterKind.SET)
_KINDS = {known.name: known.kind for known in FILTERS}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    is_chosen: bool


def value_text(name: str, value: str, texts: Texts) -> str:
    """A filter's value; a stranger's text stays as it is."""
    if _KINDS[name] in _NAMED:
        return texts(f"filter.{value}")
    if value == NOT_GIVEN[0]:
        return texts("site.not_given")
    if name.startswith("tags"):
        return tag_text(value, texts)
    return texts("site.empty") if value == EMPTY else value
