"""What the API answers, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

from analytics.parameters import COLUMNS
from analytics.reports.compared_names import IS_CHANCE, names_beside
from analytics.reports.compared_rows import keys_of
from analytics.reports.described import column_types
from analytics.reports.groups import GROUPS
from analytics.reports.parameters import HOURS_UNIT
from analytics.reports.report import Report
from dashboards.api.exports import FORMATS

Schema = dict[str, Any]

_JSON_TYPES: Mapping[str, Schema] = {
    "BOOLEAN": {"type": ["boolean", "null"]},
    "SMALLINT": {"type": ["integer", "null"]},
    "INTEGER": {"type": ["integer", "null"]},
    "BIGINT": {"type": ["integer", "null"]},
    "DOUBLE": {"type": ["number", "null"]},
    "VARCHAR": {"type": ["string", "null"]},
    "DATE": {"type": ["string", "null"], "format": "date"},
    "TIMESTAMP WITH TIME ZONE": {"type": ["string", "null"], "format": "date-time"},
    "TIMESTAMP": {"type": ["string", "null"], "pattern": "^[0-9-]{10}T[0-9:.]{8,15}$"},
    "VARCHAR[]": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
}
"""TIMESTAMP: a local time of the zone that `filters` names, without an offset."""
_NUMBERS = ("SMALLINT", "INTEGER", "BIGINT", "DOUBLE")
_COMMENTS = {column.name: column.comment.en for column in COLUMNS}
_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_DAY_OR_HOUR: Schema = {
    "type": ["string", "null"],
    "pattern": "^[0-9-]{10}(T[0-9:.]{8,15})?$",
    "description": "The first day of the unit; of an hour, the local time at which it begins.",
}


def rows_of(report: Report) -> dict[str, Schema]:
    """The columns that a row may have; of a comparable report, also those beside its numbers."""
    types = column_types()[report.name]
    columns = {name: _column(name, kind) for name, kind in types.items()}
    if HOURS_UNIT in report.parameters:
        columns |= {name: _DAY_OR_HOUR for name in ("starts_on", "day") if name in types}
    keys = keys_of(report, tuple(GROUPS))
    if keys is None:
        return columns
    numbers = [name for name in types if types[name] in _NUMBERS and name not in keys]
    beside = {
        one: {"type": ["boolean", "null"]} if one.endswith(IS_CHANCE) else columns[name]
        for name in numbers
        for one in names_beside(name)
    }
    return columns | beside


def answer_to(report: Report) -> Schema:
    """The answer in JSON."""
    columns = rows_of(report)
    return {
        "type": "object",
        "required": ["report", "filters", "freshness", "columns", "rows"],
        "additionalProperties": False,
        "properties": {
            "report": {"const": report.name},
            "filters": {"type": "object", "description": "The URL as it was understood."},
            "freshness": {"$ref": "#/components/schemas/Freshness"},
            "as_of": {**_INSTANT, "description": "Until when deliveries count, where asked for."},
            "rebuilding": {
                **_TEXTS,
                "description": "What the data was made with that is no longer in force.",
            },
            "columns": {"type": "array", "items": {"enum": list(columns)}},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": columns,
                    "additionalProperties": False,
                },
            },
            "next": {
                "type": ["string", "null"],
                "description": "With `limit`: the URL of the next rows, null after the last ones.",
            },
        },
    }


def responses_to(report: Report) -> dict[str, Any]:
    """Every answer of a report, by its status."""
    files: dict[str, Schema] = {
        export.content_type.partition(";")[0]: {} for export in FORMATS.values()
    }
    return {
        "200": {
            "description": "Rows of the report.",
            "headers": {
                "X-Calltouch-Timezone": {
                    "description": "The zone of days and local times.",
                    "schema": {"type": "string"},
                },
                "X-Calltouch-Rebuilding": {
                    "description": "As `rebuilding` in JSON.",
                    "schema": {"type": "string"},
                },
                "Link": {"description": "`next`, in every format.", "schema": {"type": "string"}},
            },
            "content": {**files, "application/json": {"schema": answer_to(report)}},
        },
        **refusals("400", "401", "403", "404", "503"),
    }


def refusals(*statuses: str) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{_REFUSALS[status]}"} for status in statuses}


def shared_schemas() -> dict[str, Schema]:
    """Those of every report."""
    return {"Error": _ERROR, "Freshness": _FRESHNESS, "Archive": _ARCHIVE}


def shared_responses() -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        _REFUSALS[status]: {"description": text, "content": error} for status, text in _WHY.items()
    }


def _column(name: str, kind: str) -> Schema:
    known = _COMMENTS.get(GROUPS[name].sql if name in GROUPS else name)
    return {**_JSON_TYPES[kind], **({"description": known} if known else {})}


_REFUSALS = {
    "400": "NotUnderstood",
    "401": "NobodySignedIn",
    "403": "NotSetUp",
    "404": "NothingKnown",
    "503": "NotNow",
}
_WHY = {
    "400": "A parameter or its value is unknown, or means nothing to this report.",
    "401": "There is no session, and no token or one that is not valid.",
    "403": "No user exists yet.",
    "404": "`as_of` is earlier than the first delivery.",
    "503": "No delivery has arrived yet, the data cannot be read, or too many requests at once.",
}
_ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {"type": "string"},
        "parameter": {"type": "string", "description": "The one that the error is about."},
        "expected": {**_TEXTS, "description": "What there is, or what would be understood."},
    },
}
_FRESHNESS: Schema = {
    "type": "object",
    "required": ["published_at", "last_received_at", "archive"],
    "additionalProperties": False,
    "properties": {
        "published_at": _INSTANT,
        "last_received_at": _INSTANT,
        "archive": {"$ref": "#/components/schemas/Archive"},
    },
}
_ARCHIVE: Schema = {
    "type": "object",
    "description": "What the archive of deliveries lacks.",
    "properties": {
        "faults": {"type": "array", "items": {"type": "object"}},
        "lost": {"type": "integer"},
        "first_day": _DAY,
        "last_day": _DAY,
        "is_of_another_version": {"type": "boolean"},
    },
}
