"""What the document says of `POST /api/sql`."""

from typing import Any

from dashboards.api.exports import FORMATS
from dashboards.api.openapi.answers import refusals

_TEXTS = {"type": "array", "items": {"type": "string"}}
_INSTANT = {"type": "string", "format": "date-time"}
_ABOUT = (
    "One SELECT in DuckDB's SQL over the tables of the keyed file, in which no persons are. "
    "Time, rows and memory are bounded. A browser's session sends the form token in X-Form-Token."
)
_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["sql"],
    "additionalProperties": False,
    "properties": {
        "sql": {"type": "string"},
        "parameters": {"type": "object", "description": "Values of `$name` in the statement."},
        "format": {"enum": list(FORMATS)},
    },
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["row_count", "truncated", "milliseconds", "types", "columns", "rows"],
    "additionalProperties": False,
    "properties": {
        "keyed_at": {**_INSTANT, "description": "When the file that was asked was made."},
        "published_at": _INSTANT,
        "last_received_at": {**_INSTANT, "description": "How far it reaches."},
        "row_count": {"type": "integer"},
        "truncated": {"type": "boolean", "description": "Whether there are more rows."},
        "milliseconds": {"type": "integer"},
        "types": {**_TEXTS, "description": "Arrow's types of the columns."},
        "columns": _TEXTS,
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string"},
        "position": {"type": "integer", "description": "The character that it is about, from 0."},
        "parameter": {"type": "string"},
        "expected": _TEXTS,
    },
}


def sql_operation() -> dict[str, Any]:
    files: dict[str, Any] = {
        export.content_type.partition(";")[0]: {} for export in FORMATS.values()
    }
    return {
        "operationId": "sql",
        "tags": ["sql"],
        "summary": "A SELECT of your own",
        "description": _ABOUT,
        "parameters": [{"$ref": "#/components/parameters/lang"}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _BODY}}},
        "responses": {
            "200": {
                "description": "Its rows.",
                "content": {**files, "application/json": {"schema": _ANSWER}},
            },
            "400": {
                "description": "It is refused, wrong, or takes too much.",
                "content": {"application/json": {"schema": _ERROR}},
            },
            **refusals("401", "403", "503"),
        },
    }
