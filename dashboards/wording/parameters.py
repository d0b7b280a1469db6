"""Calltouch's parameters as a reader reads them: their names, and what their values mean."""

from analytics.parameters import COLUMNS, PARAMETERS
from analytics.parameters.parameter import LeadColumn, Parameter, Unit
from dashboards.wording.erased import erased_in_words
from dashboards.wording.formats import Formats
from dashboards.wording.phones import phone_text
from dashboards.wording.texts import Texts, catalogue

_BY_PARAMETER = {parameter.name: one for one in COLUMNS for parameter in one.parameters}
_BY_COLUMN = {one.column: one.name for one in PARAMETERS.values() if one.column}
_WORDS = {
    ("status", "successful"): "journal.successful",
    ("status", "unsuccessful"): "journal.unsuccessful",
    ("callphase", "callconnected"): "lead.begun",
    ("callphase", "calldisconnected"): "lead.ended",
}


def parameter_of(column: str) -> str:
    """Calltouch's name of what stands in this column of leads or their traffic."""
    return _BY_COLUMN.get(column, column)


def parameter_text(name: str, texts: Texts) -> str:
    """One that Calltouch does not document keeps its own name, a stranger's text; so does one whose
    row was added without a title."""
    known, column = PARAMETERS.get(name), _BY_PARAMETER.get(name)
    if known is None:
        return name
    if known.tag_category is not None:
        return texts("field.tags", category=known.tag_category.label.written_in(texts.language))
    if column is not None and column.card is not None:
        return column.card.label.written_in(texts.language).replace("\N{SOFT HYPHEN}", "")
    key = f"field.{name}"
    return texts(key) if key in catalogue() else name


def value_in_words(name: str, written: str, formats: Formats) -> str:
    """As Calltouch has written it, where it means no more than that."""
    written = erased_in_words(written, formats.texts)
    known = PARAMETERS.get(name)
    if known is None:
        return written
    if (name, written) in _WORDS:
        return formats.texts(_WORDS[name, written])
    if known.tag_category is not None:
        return ", ".join(tag.strip() for tag in written.split(","))
    if known.looks_like == "phone":
        return phone_text(written) or written
    return _read(known, _BY_PARAMETER.get(name), written, formats)


def _read(known: Parameter, column: LeadColumn | None, written: str, formats: Formats) -> str:
    value = known.kind.read(written) if known.kind.read else None
    if isinstance(value, bool):
        return formats.texts("site.yes" if value else "site.no")
    if isinstance(value, int) and column is not None and column.unit is Unit.SECONDS:
        return formats.seconds(value)
    return written
