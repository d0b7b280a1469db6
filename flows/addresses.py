"""`active.json`: what the receiver has to know of flows, written by rename.

The receiver looks at it once a second at most, and opens neither SQLite nor the definitions.
"""

import json
import os
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.definition.flow import Flow, HttpSource
from flows.definition.reading import read_flow
from flows.store.definitions import keys_and_ends, stored_flows


def write_addresses(db: sqlite3.Connection, path: Path, now: datetime) -> None:
    """Of all flows with an address, running or stopped: what comes for a stopped one is kept."""
    document = {}
    for stored in stored_flows(db):
        flow = read_flow(stored.name, stored.definition).flow
        if flow is not None and isinstance(flow.source, HttpSource):
            keys = keys_and_ends(db, stored.name, now)
            document[stored.name] = _described(flow, flow.source, keys)
    _replace(path, json.dumps({"flows": document}, ensure_ascii=False, indent=1))


def _described(
    flow: Flow, source: HttpSource, keys: Mapping[str, datetime | None]
) -> dict[str, Any]:
    answer = source.answer
    return {
        "keys": list(keys),
        # Nobody writes this file when one ends: the receiver looks at the clock.
        "ends": {key: end.timestamp() for key, end in keys.items() if end is not None},
        "methods": list(source.methods),
        "max_body_bytes": source.max_body_bytes,
        "per_minute": source.per_minute,
        "networks": [str(network) for network in source.networks],
        "charset": source.charset,
        "status": answer.status,
        "reason": answer.reason,
        "headers": [list(pair) for pair in answer.headers],
        "body": answer.body,
    }


def _replace(path: Path, text: str) -> None:
    """Nobody else may read it: it holds the keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, partly = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partly).replace(path)
    except BaseException:
        Path(partly).unlink(missing_ok=True)
        raise
