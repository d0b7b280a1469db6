"""DuckDB's extensions for a lake: from the wheels of the extra `lake`, never from the network."""

from importlib.util import find_spec
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.statements import rendered

EXTRA = "a lake needs the extra lake: pip install 'calltouch-receiver[lake]'"
_EXTENSIONS = ("postgres_scanner", "ducklake")
_OF_BUCKETS = "httpfs"


class LakeNotInstalled(Exception):
    """The text says what is missing."""


def load_extensions(db: DuckDBPyConnection, *, is_in_bucket: bool) -> None:
    """Raises `LakeNotInstalled`."""
    for name in (*_EXTENSIONS, _OF_BUCKETS) if is_in_bucket else _EXTENSIONS:
        db.execute(rendered("lake/load", path=_file_of(name)))


def _file_of(name: str) -> Path:
    found = find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        raise LakeNotInstalled(EXTRA)
    version = f"v{duckdb.__version__}"
    path = Path(found.origin).parent / "extensions" / version / f"{name}.duckdb_extension"
    if not path.exists():
        raise LakeNotInstalled(f"{EXTRA}; this is DuckDB {duckdb.__version__}")
    return path
