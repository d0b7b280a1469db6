"""What is asked, written as the API reads it, and what it answers when it cannot."""

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from calltouch.dataset.problems import (
    BadOption,
    CalltouchError,
    NotAllowed,
    NothingThere,
    UnknownReport,
    Unreachable,
)
from calltouch.dataset.transport import Reply

_SAID_OTHERWISE = {"start": "from", "end": "to"}
_WITH_COMMAS = ("group_by", "columns")
_FORMAT = "format"
_NO_ANSWER_YET = "no deliveries yet"


def pairs_of(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names as in a URL; `start` and `end` say `from` and `to`. A list is several values, None
    leaves the option out. Raises `BadOption`."""
    return [pair for name, value in options.items() for pair in _written(name, value)]


def _written(name: str, value: Any) -> Iterable[tuple[str, str]]:
    named = _SAID_OTHERWISE.get(name, name)
    if named == _FORMAT:
        raise BadOption("format is chosen by .df(), .arrow() or .polars()", parameter=named)
    if value is None:
        return ()
    if not isinstance(value, list | tuple | set | frozenset):
        return [(named, _text(value))]
    values = [_text(one) for one in value]
    return [(named, ",".join(values))] if named in _WITH_COMMAS else [(named, v) for v in values]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"{value}"


def rows_in(reply: Reply) -> pa.Table:
    with pa.ipc.open_stream(io.BytesIO(reply.body)) as reader:
        return reader.read_all()


def check(reply: Reply, place: str) -> Reply:
    """Raises what the reply says instead of an answer."""
    if reply.status < 400:
        return reply
    said = reply.json()
    text = _sentence(f"{said.get('error') or f'{place} answers {reply.status}'}")
    if reply.status == 400:
        expected, parameter = said.get("expected"), said.get("parameter")
        names = [f"{one}" for one in expected] if isinstance(expected, list) else []
        kind = UnknownReport if parameter == "report" else BadOption
        raise kind(text, names, f"{parameter or ''}" or None)
    if reply.status in (401, 403):
        raise NotAllowed(f"{text} ({place})")
    if reply.status == 404:
        raise NothingThere(text)
    if reply.status == 503 and _NO_ANSWER_YET in text:
        raise NothingThere(f"{place}: {_NO_ANSWER_YET}")
    if reply.status in (429, 502, 503, 504):
        raise Unreachable(f"{place}: {text}", _seconds(reply.headers.get("Retry-After")))
    raise CalltouchError(f"{place} answers {reply.status}: {text}")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _seconds(written: str | None) -> float | None:
    return float(written) if written is not None and written.isdigit() else None
