"""The store in a lake, opened for writing: the same tables as in the file, in one catalog."""

import duckdb
from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.attaching import WRITTEN, attach_lake
from analytics.statements import rendered
from analytics.store import STORE_CONFIG, StoreFingerprint, prepare_store

_BULK_MEMORY = "1GB"


def open_lake(
    address: LakeAddress,
    place: LakePlace,
    fingerprint: StoreFingerprint,
    *,
    is_bulk: bool = False,
) -> DuckDBPyConnection:
    """Made new where there is none. `is_bulk`: for very many rows at once, which want more memory
    than a batch does.

    Raises `LakeUnreachable`, `LakeNotInstalled`.
    """
    db = duckdb.connect(config=STORE_CONFIG)
    try:
        if is_bulk:
            db.execute("set memory_limit = $limit", {"limit": _BULK_MEMORY})
        attach_lake(db, address, place, WRITTEN, read_only=False, makes=True)
        db.execute(rendered("use", catalog=WRITTEN))
        prepare_store(db, fingerprint)
    except BaseException:
        db.close()
        raise
    return db
