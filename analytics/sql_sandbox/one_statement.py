"""The process of one statement. `sandbox.py` starts it.

It gets an order as JSON on its standard input, answers with a stream of Arrow on its standard
output, and says how it went in the last line of its standard error.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from analytics.sql_sandbox import gate
from analytics.sql_sandbox.kernel import (
    end_at,
    end_with_parent,
    first_out_of_memory,
    give_up,
)
from analytics.sql_sandbox.limits import SandboxLimits
from analytics.sql_sandbox.refused import Refused

_SQL = Path(__file__).parent.parent / "sql" / "sandbox"
# DuckDB makes so many rows at once.
_BATCH_ROWS = 2048


def main() -> None:
    end_with_parent(int(sys.argv[1]))
    first_out_of_memory()
    (line,) = sys.stdin
    order: dict[str, Any] = json.loads(line)
    os.close(0)
    limits = SandboxLimits(**order["limits"])
    end_at(limits.kill_after)
    outcome: dict[str, object]
    try:
        outcome = _run_statement(order, limits)
    except Refused as error:
        values = {"position": error.position, **error.values}
        outcome = {"error": "refused", "code": error.code, "values": values}
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        outcome = {"error": "memory"}
    except duckdb.InterruptException:
        outcome = {"error": "time"}
    except duckdb.Error as error:
        outcome = {"error": "sql", "message": _without_place(str(error), order["path"])}
    _say(outcome)


def _run_statement(order: dict[str, Any], limits: SandboxLimits) -> dict[str, object]:
    tables_sql, freshness_sql = (
        (_SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("tables", "freshness")
    )
    try:
        db = _open_locked(order["path"], order["timezone"], limits)
        known = [name for (name,) in db.execute(tables_sql).fetchall()]
        about = _age_of_file(db, freshness_sql)
        _warm_up(db)
    except duckdb.Error as error:
        return {"error": "file", "message": _without_place(str(error), order["path"])}
    clock = threading.Timer(limits.seconds, db.interrupt)
    clock.daemon = True
    clock.start()
    give_up(limits.address_space, limits.cpu_seconds)
    parameters = order["parameters"]
    if order["gated"]:
        _match(gate.pass_gate(db, order["sql"], known), parameters)
    began = time.monotonic()
    rows, truncated = _send_rows(db, order["sql"], parameters, limits)
    clock.cancel()
    milliseconds = round(1000 * (time.monotonic() - began))
    return {"rows": rows, "truncated": truncated, "milliseconds": milliseconds, "about": about}


def _open_locked(path: str, timezone: str, limits: SandboxLimits) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | int | float | bool | list[str]] = {
        "memory_limit": f"{limits.memory}B",
        "threads": limits.threads,
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }
    db = duckdb.connect(path, read_only=True, config=config)
    db.execute("set timezone = $1", [timezone])
    db.execute("set enable_external_access = false")
    db.execute("set lock_configuration = true")
    return db


def _age_of_file(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str | None]:
    found = db.execute(sql)
    names = [column[0] for column in found.description or ()]
    values = found.fetchone() or ()
    kept = dict(zip(names, values, strict=False))
    wanted = ("keyed_at", "published_at", "last_received_at")
    return {name: kept[name].isoformat() for name in wanted if kept.get(name) is not None}


def _warm_up(db: duckdb.DuckDBPyConnection) -> None:
    """Whatever is imported with the first rows must be there before nothing can be opened."""
    db.execute("select now(), 1.5::decimal(4, 2)").to_arrow_reader(1).read_all()
    db.execute("select json_serialize_sql('select 1')").fetchone()
    db.extract_statements("select 1")


def _match(bound: list[str], parameters: dict[str, object]) -> None:
    """Raises `Refused`."""
    if missing := [name for name in bound if name not in parameters]:
        raise Refused("parameter_missing", name=missing[0])
    if unknown := [name for name in parameters if name not in bound]:
        raise Refused("parameter_unknown", name=unknown[0], known=bound)


def _send_rows(
    db: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, object], limits: SandboxLimits
) -> tuple[int, bool]:
    """How many rows were sent, and whether there are more."""
    reader = db.execute(sql, parameters or None).to_arrow_reader(_BATCH_ROWS)
    schema = _with_own_names(reader.schema)
    rows = size = 0
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
        for batch in reader:
            if batch.num_rows == 0:
                continue
            if rows == limits.rows or size + batch.nbytes > limits.answer:
                return rows, True
            kept = batch.slice(0, limits.rows - rows)
            stream.write_batch(pa.RecordBatch.from_arrays(kept.columns, schema=schema))
            rows, size = rows + kept.num_rows, size + kept.nbytes
            if kept.num_rows < batch.num_rows:
                return rows, True
    return rows, False


def _with_own_names(schema: pa.Schema) -> pa.Schema:
    """Two columns of one name would be one in an object."""
    names: list[str] = []
    for name in schema.names:
        own, number = name, 1
        while own in names:
            own, number = f"{name}_{number}", number + 1
        names.append(own)
    return pa.schema([field.with_name(own) for field, own in zip(schema, names, strict=True)])


def _without_place(message: str, path: str) -> str:
    return message.replace(path, Path(path).name).replace(str(Path(path).parent), "…")


def _say(outcome: dict[str, object]) -> None:
    sys.stdout.buffer.flush()
    sys.stderr.write(f"\n{json.dumps(outcome)}\n")
    sys.stderr.flush()
    # Nothing is tidied up: the kernel does that faster, and nothing of it is needed.
    os._exit(0)
