"""Leads that deliveries have touched since an instant, folded again from those until then."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from duckdb import DuckDBPyConnection

from analytics.fold import IncomingBatch, Key, by_column, fold_more, write_whole
from analytics.fold.delivery import DecodedDelivery
from analytics.fold.index import Index
from analytics.fold.output import Output, known
from analytics.fold.rows import rewritten
from analytics.fold.short_life import fold_lives
from analytics.fold.stored import Progress, earlier, in_pages
from analytics.fold.tables import registered
from analytics.statements import statement

# Of deliveries, in bytes of their parameters; in memory they take some five times as much.
_AT_ONCE = 16 << 20
# What a delivery takes besides its parameters.
_ENVELOPE = 500
_MOST_LEADS = 5_000
_PORTION = 1_000


def fold_again(db: DuckDBPyConnection, as_of: datetime, progress: Progress) -> None:
    """From the published file, attached as `file`, into the store that is attached as `folded`:
    those that deliveries have touched which the store has not seen.

    `db` has the store as its default. Each call must be followed by a commit of the store as a
    whole, or by throwing it away, and then by `as_of/relink_leads`.
    """
    asked = db.cursor()
    asked.execute("use file")
    ((after_id,),) = db.execute("select last_id from reached").fetchall()
    asked.execute(statement("as_of/touch"), {"as_of": as_of, "after_id": after_id})
    asked.execute(statement("as_of/known_of_touched"), {"as_of": as_of})
    touched = asked.execute(statement("as_of/touched")).fetchall()
    for keys in _groups(touched):
        progress()
        _fold_group(db, asked, keys)
    for lead_type, lead_id, size in touched:
        if size > _AT_ONCE:
            _fold_in_portions(db, asked, (lead_type, lead_id), progress)
    asked.execute(statement("as_of/note_touched"))
    asked.execute(statement("as_of/reach"))
    asked.close()


def _groups(touched: list[tuple[str, int, int]]) -> Iterator[list[Key]]:
    """So many at a time that their deliveries may be in memory together; not those of which one
    alone is too much."""
    group: list[Key] = []
    total = 0
    for lead_type, lead_id, size in touched:
        if size > _AT_ONCE:
            continue
        if group and (total + size > _AT_ONCE or len(group) == _MOST_LEADS):
            yield group
            group, total = [], 0
        group.append((lead_type, lead_id))
        total += size + _ENVELOPE
    if group:
        yield group


def _fold_group(db: DuckDBPyConnection, asked: DuckDBPyConnection, keys: list[Key]) -> None:
    output = Output()
    deliveries = earlier(asked, keys)
    fold_lives({key: [] for key in keys}, deliveries, output)
    write_whole(db, output.folded())
    # Also those of which the same is said now: what comes next may change that.
    with registered(db, {"folded": rewritten(map(known, deliveries))}):
        db.execute(statement("as_of/write_refolded"))


def _fold_in_portions(
    db: DuckDBPyConnection, asked: DuckDBPyConnection, key: Key, progress: Progress
) -> None:
    """One lead with more than fits into memory, as digest folds what comes bit by bit."""
    found = asked.execute(
        statement("as_of/index_known"), {"lead_type": key[0], "lead_id": key[1]}
    ).fetchnumpy()
    columns = [np.asarray(found[name], np.int64) for name in ("sort_key", "delivery_id", "size")]
    portion: list[DecodedDelivery] = []
    for one in in_pages(asked, Index(*columns), progress):
        portion.append(one)
        if len(portion) == _PORTION:
            _fold_portion(db, portion, progress)
            portion = []
    if portion:
        _fold_portion(db, portion, progress)
    db.execute(statement("as_of/keep_refolded"))


def _fold_portion(
    db: DuckDBPyConnection, portion: list[DecodedDelivery], progress: Progress
) -> None:
    columns = by_column([one.params for one in portion])
    fold_more(db, IncomingBatch(portion, columns), progress)
