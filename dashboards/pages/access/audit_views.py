"""`/access/audit`: the access log in words, filtered, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pyarrow as pa
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import BadRequest

from dashboards.access.audit import AuditFilter, AuditRecord, read_audit, readers_in
from dashboards.access.gate import current_gate, only_admins
from dashboards.access.notes import note_exported
from dashboards.access.state import AccessStore
from dashboards.api.exports import FORMATS
from dashboards.api.rows import Rows
from dashboards.pages.access.sentences import GROUPED, role_text, sentence_of
from dashboards.web.reader_request import current_reader_context, render
from dashboards.wording.formats import Formats

access_log = Blueprint("access_log", __name__)
access_log.before_request(only_admins)

_AT_ONCE = 100
_IN_FILE_AT_ONCE = 2_000
_FILES = {"csv": "excel_csv", "xlsx": "xlsx"}
_COLUMNS = ("at", "who", "role", "did", "action", "report", "query", "rows", "address")


@dataclass(frozen=True, slots=True)
class AuditForm:
    """What the log is filtered by, as it is written in the URL."""

    who: str = ""
    what: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def asked(cls) -> "AuditForm":
        return cls(*(request.args.get(name, "") for name in ("who", "what", "from", "to")))

    @property
    def query(self) -> str:
        pairs = {"who": self.who, "what": self.what, "from": self.first, "to": self.last}
        return urlencode({name: value for name, value in pairs.items() if value})

    def filter(self, zone: ZoneInfo) -> AuditFilter:
        """Raises `BadRequest`."""
        if self.what and self.what not in GROUPED:
            raise BadRequest("there is no such kind of entry")
        try:
            first, last = (
                date.fromisoformat(day) if day else None for day in (self.first, self.last)
            )
            until = None if last is None else last + timedelta(1)
        except (ValueError, OverflowError) as error:
            raise BadRequest("a day is written 2026-11-20") from error
        since, before = (
            None if day is None else datetime.combine(day, time(), zone) for day in (first, until)
        )
        return AuditFilter(self.who, GROUPED.get(self.what, ()), since, before)


@access_log.get("/access/audit")
def show_audit() -> str:
    reader_context, form = current_reader_context(), AuditForm.asked()
    chosen = form.filter(reader_context.formats.zone)
    with current_gate().access.reading() as db:
        noted = read_audit(db, _before(), _AT_ONCE + 1, chosen)
        readers = readers_in(db)
    shown = noted[:_AT_ONCE]
    older = [("before", shown[-1].audit_id)] if len(noted) > len(shown) else []
    return render(
        "access/audit.html",
        reader_context,
        section="audit",
        form=form,
        groups=list(GROUPED),
        readers=readers,
        entries=[_line(one, reader_context.formats) for one in shown],
        older="&".join(part for part in (form.query, urlencode(older)) if part) if older else "",
    )


@access_log.get("/export/access/audit.<ending>")
def export_audit(ending: str) -> Response:
    """All of the entries that fit; noted as an export, before anything is read."""
    if ending not in _FILES:
        abort(404)
    reader_context, form = current_reader_context(), AuditForm.asked()
    chosen = form.filter(reader_context.formats.zone)
    note_exported("audit", form.query, None)
    formats, texts = reader_context.formats, reader_context.texts
    kinds = {"at": pa.timestamp("us", "UTC"), "rows": pa.int64()}
    schema = pa.schema(
        [(texts(f"audit.column_{name}"), kinds.get(name, pa.string())) for name in _COLUMNS]
    )
    export = FORMATS[_FILES[ending]]
    rows = Rows(
        schema, _batches(current_gate().access, chosen, formats), title=texts("access.audit")
    )
    response = Response(export.write(rows, {}, formats.zone), content_type=export.content_type)
    name = f"audit-{reader_context.today}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _batches(
    access: AccessStore, chosen: AuditFilter, formats: Formats
) -> Iterator[Sequence[tuple[Any, ...]]]:
    before = None
    while True:
        with access.reading() as db:
            noted = read_audit(db, before, _IN_FILE_AT_ONCE, chosen)
        yield [_row(one, formats) for one in noted]
        if len(noted) < _IN_FILE_AT_ONCE:
            return
        before = noted[-1].audit_id


def _row(noted: AuditRecord, formats: Formats) -> tuple[Any, ...]:
    line, entry = _line(noted, formats), noted.entry
    return (
        *(entry.at, entry.reader, line.role, line.did, str(entry.action), entry.report),
        *(entry.query, entry.rows, entry.address),
    )


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry as it is read."""

    at: datetime
    who: str
    role: str
    did: str
    address: str


def _line(noted: AuditRecord, formats: Formats) -> AuditLine:
    entry = noted.entry
    role = role_text(entry.role, formats.texts)
    return AuditLine(entry.at, entry.reader, role, sentence_of(entry, formats), entry.address)


def _before() -> int | None:
    text = request.args.get("before")
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise BadRequest("before is a number")
    return int(text)
