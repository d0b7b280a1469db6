"""`active.json`: what the receiver has to know of flows, written by rename.

The receiver looks at it once a second at most, and opens neither SQLite nor the definitions.
"""

import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.definition.flow import Flow, HttpSource
from flows.definition.reading import read_flow
from flows.filling.template import parse_template
from flows.store.definitions import keys_until, stored_flows
from receiver.whole_file import replace_file


def write_addresses(db: sqlite3.Connection, path: Path, now: datetime) -> None:
    """Of all flows with an address, running or stopped: what comes for a stopped one is kept.
    Written where it says something else by now."""
    document: dict[str, Any] = {}
    for stored in stored_flows(db):
        flow = read_flow(stored.name, stored.definition).flow
        described = _written(path, stored.name) if flow is None else _described(flow)
        if described is not None:
            keys = [_key(*pair) for pair in keys_until(db, stored.name, now)]
            document[stored.name] = {**described, "keys": keys}
    text = json.dumps({"flows": document}, ensure_ascii=False, indent=1)
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Synced: without it, or with half of it, deliveries would be refused. It holds the keys.
        replace_file(path, text)


def flow_address(receiver_url: str, name: str, key: str) -> str:
    """Whoever knows it can send to the flow."""
    return f"{receiver_url}/flow/{name}/{key}"


def _written(path: Path, name: str) -> dict[str, Any] | None:
    """What was said of a flow whose definition only an earlier program could read."""
    try:
        described: dict[str, Any] = json.loads(path.read_bytes())["flows"][name]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return described


def _described(flow: Flow) -> dict[str, Any] | None:
    """None for a flow without an address."""
    source = flow.source
    if not isinstance(source, HttpSource):
        return None
    answer = source.answer
    return {
        "methods": list(source.methods),
        "max_body_bytes": source.max_body_bytes,
        "per_minute": source.per_minute,
        "networks": [str(network) for network in source.networks],
        "charset": source.charset,
        "status": answer.status,
        "reason": answer.reason,
        "headers": [list(pair) for pair in answer.headers],
        "body": _parts(answer.body),
    }


def _key(key: str, until: datetime | None) -> dict[str, Any]:
    return {"key": key, "until": None if until is None else until.timestamp()}


def _parts(body: str) -> list[dict[str, Any]]:
    """Texts, and names of fields: the receiver reads no templates."""
    parts = []
    for part in parse_template(body).parts:
        if isinstance(part, str):
            parts.append({"text": part, "is_field": False})
        elif part.literal is not None:
            parts.append({"text": part.literal, "is_field": False})
        else:
            parts.append({"text": part.name, "is_field": True})
    return parts
