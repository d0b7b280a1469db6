"""Fold deliveries into a real store file and read every table back as plain values."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import DECODED, fold
from analytics.store import StoreFingerprint, open_store, transaction
from tests.analytics.fold.plain_fold import Sent

FINGERPRINT = StoreFingerprint("Europe/Moscow", "")


def decoded_table(deliveries: Iterable[Sent]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "delivery_id": sent.delivery_id,
            "received_at": sent.received_at,
            "webhook": sent.webhook,
            "origin": sent.origin,
            "method": "POST",
            "source_ip": "92.118.66.7",
            "webhook_model": sent.webhook_model,
            "webhook_kind": sent.webhook_kind,
            "problems": [],
            "is_empty": sent.is_empty,
            "params": json.dumps(sent.params, ensure_ascii=False, separators=(",", ":")),
        }
        for sent in deliveries
    ]
    return pa.Table.from_pylist(rows, schema=DECODED)


def fold_into(db: DuckDBPyConnection, batches: Iterable[list[Sent]]) -> None:
    for batch in batches:
        with transaction(db):
            fold(db, decoded_table(batch))


def new_store(directory: Path, timezone: str = FINGERPRINT.timezone) -> DuckDBPyConnection:
    path = directory / "store.duckdb"
    shutil.copy(_empty_store(), path)
    db = open_store(path, FINGERPRINT)
    db.execute("update digest.basis set value = ? where name = 'timezone'", [timezone])
    return db


@cache
def _empty_store() -> Path:
    """Making the tables takes longer than a small test."""
    path = Path(tempfile.mkdtemp()) / "empty.duckdb"
    atexit.register(shutil.rmtree, path.parent)
    open_store(path, FINGERPRINT).close()
    return path


def tables_of(db: DuckDBPyConnection) -> dict[str, set[Any]]:
    """The same shape as `plain_fold` gives. Fails if a table holds the same row twice."""
    return {
        "leads": _leads(db),
        "lead_attributions": _attributions(db),
        **{name: _rows(db, query) for name, query in _QUERIES.items()},
    }


_QUERIES = {
    "lead_tags": """select (lead_type, lead_id), tag_category, tag, lead_day, tagged_at,
        tagged_after, lead_is_target from lead_tags""",
    "lead_comments": "select (lead_type, lead_id), position, party, comment from lead_comments",
    "call_phrases": "select lead_id, position, channel, phrase from call_phrases",
    "lead_url_params": """select (lead_type, lead_id), attribution_model, position, name, value
        from lead_url_params""",
    "lead_changes": """select (lead_type, lead_id), changed_at, field, attribution_model,
        old_value, new_value, delivery_id, is_declared from lead_changes""",
    "delivery_gaps": """select (lead_type, lead_id), webhook, delivery_id, reason, fields
        from delivery_gaps""",
    "deliveries": """select delivery_id, if(lead_id is null, null, (lead_type, lead_id)), sent_at,
        attribution_model, call_phase, changed_fields, kind, outcome, is_late, list_sort(problems)
        from deliveries""",
}


def _rows(db: DuckDBPyConnection, query: str) -> set[Any]:
    rows = [tuple(map(_plain, row)) for row in db.execute(query).fetchall()]
    assert len(rows) == len(set(rows)), f"the same row twice: {query}"
    return set(rows)


def _leads(db: DuckDBPyConnection) -> set[Any]:
    cursor = db.execute("select * from leads")
    names = [column[0] for column in cursor.description or ()]
    found = set()
    for row in cursor.fetchall():
        record = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        if record["extra"] is not None:
            extra = json.loads(record["extra"])
            record["extra"] = json.dumps(extra, ensure_ascii=False, sort_keys=True)
        found.add(tuple(sorted(record.items())))
    return found


def _attributions(db: DuckDBPyConnection) -> set[Any]:
    cursor = db.execute("select * from lead_attributions")
    names = [column[0] for column in cursor.description or ()]
    return {
        ((row[0], row[1]), row[2], *zip(names[3:], row[3:], strict=True))
        for row in cursor.fetchall()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return tuple(value.values())
    if hasattr(value, "astimezone") and value.tzinfo is not None:
        return value.astimezone(UTC)
    return value
