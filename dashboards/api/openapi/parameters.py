"""What the API takes, as OpenAPI writes it."""

from typing import Any

from analytics.reports.filter_fields import FLAG_WORDS
from analytics.reports.filters import FILTERS, MODELS, Filter, FilterKind
from analytics.reports.groups import GROUPS
from analytics.reports.paging import cursor_pattern
from analytics.reports.parameter import LINE, LONGEST_TEXT, ReportParameter
from analytics.reports.parameters import LIMIT
from analytics.reports.report import Report
from analytics.reports.searches import ID_OR_TAG, LONGEST_SEARCH
from dashboards.api.exports import FORMATS
from dashboards.api.openapi.answers import Schema, rows_of
from dashboards.api.openapi.wording import OF_FILTER_KINDS, OF_FILTERS, OF_PARAMETERS
from dashboards.api.parameters import COLUMNS, CURSOR, GROUP_BY, names_of
from dashboards.slice.period import ALL, PRESETS
from dashboards.slice.slice import COMPARISONS
from dashboards.wording.texts import LANGUAGES

Parameter = dict[str, Any]

# As an empty form sends it: the same as none.
_EMPTY = {"allowEmptyValue": True}
_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_NUMBER = "[0-9]{1,18}"
_DAY_PATTERN = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME_PATTERN = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
_LOCAL_MOMENT: Schema = {"type": "string", "pattern": f"^{_DAY_PATTERN}T{_TIME_PATTERN}$"}
_OF_SLICE: dict[str, Schema] = {
    "from": _DAY,
    "to": _DAY,
    "period": {"enum": [*PRESETS, ALL]},
    "until": _LOCAL_MOMENT,
    "as_of": {"anyOf": [_DAY, _LOCAL_MOMENT, _INSTANT]},
    "compare": {"enum": list(COMPARISONS)},
    "compare_from": _DAY,
    "compare_to": _DAY,
    "model": {"enum": list(MODELS)},
}
_OF_ALL: dict[str, Schema] = {
    "format": {"enum": list(FORMATS), "default": "json"},
    "lang": {"enum": list(LANGUAGES), "default": "en"},
}
_FILTERS = {known.name: known for known in FILTERS}


def shared_parameters() -> dict[str, Parameter]:
    """Those that mean the same in every report that takes them."""
    of_slice = {name: _parameter(name, schema) for name, schema in _OF_SLICE.items()}
    filters = {known.name: _filter(known) for known in FILTERS}
    of_all = {name: _parameter(name, schema) for name, schema in _OF_ALL.items()}
    limit = {LIMIT.name: _own(LIMIT)}
    return {**of_slice, **filters, **of_all, **limit}


def parameters_of(report: Report) -> list[Parameter]:
    """In the order in which an error lists them."""
    return [_of(report, name) for name in names_of(report)]


def _of(report: Report, name: str) -> Parameter:
    own = {parameter.name: parameter for parameter in report.parameters}
    if name in own and own[name] != LIMIT:
        return _own(own[name])
    if name == GROUP_BY:
        return _list(name, {"enum": list(GROUPS)})
    if name == CURSOR:
        return _parameter(name, {"type": "string", "pattern": cursor_pattern(report)})
    if name == COLUMNS:
        return _list(name, {"enum": list(rows_of(report))})
    return {"$ref": f"#/components/parameters/{name}"}


def _parameter(name: str, schema: Schema) -> Parameter:
    said = {"description": OF_PARAMETERS[name]} if name in OF_PARAMETERS else {}
    return {"name": name, "in": "query", **said, **_EMPTY, "schema": schema}


def _list(name: str, items: Schema) -> Parameter:
    """Values with commas between."""
    schema = {"type": "array", "items": items}
    return {**_parameter(name, schema), "style": "form", "explode": False}


def _filter(known: Filter) -> Parameter:
    """Values of a filter are alternatives, each in a parameter of its own."""
    said = OF_FILTERS.get(
        known.name, OF_FILTER_KINDS[known.kind].format(known.column or known.name)
    )
    schema = {"type": "array", "items": _value_of(known)}
    named = {"name": known.name, "in": "query", "description": said, "schema": schema}
    return {**named, "style": "form", "explode": True}


def _value_of(known: Filter) -> Schema:
    if known.kind is FilterKind.FLAG:
        return {"enum": list(FLAG_WORDS)}
    if known.kind is FilterKind.WHOLE:
        return {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    if known.name == "id_or_tag":
        return {**_TEXT, "maxLength": LONGEST_SEARCH, "pattern": ID_OR_TAG}
    if known.kind is FilterKind.CONTACT:
        return {**_TEXT, "maxLength": LONGEST_SEARCH}
    return {"enum": list(known.choices)} if known.choices else _TEXT


def _own(parameter: ReportParameter) -> Parameter:
    value = _own_value(parameter)
    if parameter.is_several or parameter.is_numbers:
        return _list(parameter.name, value)
    default = parameter.default
    return _parameter(parameter.name, value if default is None else {**value, "default": default})


def _own_value(parameter: ReportParameter) -> Schema:
    if parameter.choices:
        return {"enum": list(parameter.choices)}
    if parameter.is_instant:
        return _INSTANT
    if parameter.is_text:
        return {**_TEXT, "maxLength": LONGEST_TEXT, "pattern": LINE}
    return {"type": "integer", "minimum": parameter.least, "maximum": parameter.most}
