"""Deliveries merged by primary key with dlt: the yardstick, run in an environment of its own.

python dlt_merge.py dicts|arrow PARQUET DIRECTORY, in an environment that has dlt and not this
project. Prints one JSON object: seconds, rows, peak memory in MiB, versions.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import dlt  # type: ignore[import-not-found]
import pyarrow as pa
import pyarrow.parquet as pq

_ROWS_AT_ONCE = 10_000
_KEY = ["leadtype", "lead_id"]


def dicts(path: Path) -> Iterator[list[dict[str, Any]]]:
    """What a user would write: the form's parameters as a dict."""
    for batch in pq.ParquetFile(path).iter_batches(_ROWS_AT_ONCE):
        yield [_row(body.decode()) for body in batch.column("body").to_pylist()]


def _row(body: str) -> dict[str, Any]:
    row: dict[str, Any] = {name: text for name, text in parse_qsl(body) if "[" not in name}
    row["lead_id"] = row["requestId"] if row["leadtype"] == "request" else row["id"]
    return row


def tables(path: Path) -> Iterator[pa.Table]:
    for batch in pq.ParquetFile(path).iter_batches(_ROWS_AT_ONCE * 10):
        yield pa.Table.from_batches([batch])


def main(shape: str, parquet: str, directory: str) -> None:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    os.chdir(directory)
    rows = dicts(Path(parquet)) if shape == "dicts" else tables(Path(parquet))
    pipeline = dlt.pipeline(
        f"leads_{shape}",
        pipelines_dir=directory,
        destination=dlt.destinations.duckdb(str(Path(directory) / "merged.duckdb")),
        dataset_name="leads",
    )
    resource_ = dlt.resource(rows, name="leads", write_disposition="merge", primary_key=_KEY)
    started = time.monotonic()
    pipeline.run(resource_)
    seconds = time.monotonic() - started
    with pipeline.sql_client() as client:
        leads = client.execute_sql("select count(*) from leads")[0][0]
    print(
        json.dumps(
            {
                "seconds": seconds,
                "leads": leads,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "versions": {name: version(name) for name in ("dlt", "duckdb", "pyarrow")},
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
