"""A store that grows between publications."""

import random
import subprocess
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.store import last_delivery_id
from tests.analytics.fold.folding import fold_into
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.fold.test_properties import START


def grow(db: DuckDBPyConnection, count: int, seed: int = 0) -> None:
    chance = random.Random(seed)
    last = last_delivery_id(db)
    text = "".join(chance.choices("абвгд", k=3_000))
    fold_into(
        db,
        [
            [
                Sent(last + n + 1, START, {"id": str(chance.randrange(500)), "note": f"{n}{text}"})
                for n in range(count)
            ]
        ],
    )


def bytes_of(path: Path) -> bytes:
    """Read by another process: closing it here would drop DuckDB's lock on the store."""
    return subprocess.run(["cat", path], check=True, capture_output=True).stdout
