"""A published file of any number of leads over two years: python -m bench.big_store DIR --leads N

It is made by SQL alone, a part after the other, so that memory does not grow with the leads, and is
the same every time. About 40 sources with two mediums, 900 campaigns, a third of the leads of
people who have been here before, both attribution models, tags on three leads of ten, six changes
of a call, two deliveries of a lead.
"""

import time
from argparse import ArgumentParser
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.fold import link_leads
from analytics.publish.publisher import publish
from analytics.statements import bound_names
from analytics.store import StoreFingerprint, open_store, transaction

_SQL = Path(__file__).parent / "big_store_sql"
_STEPS = (
    "drawn",
    "traffic",
    "lead_attributions",
    "leads",
    "lead_tags",
    "lead_changes",
    "deliveries",
)
_PART = 200_000


def make_big_store(directory: Path, leads: int) -> Path:
    """Where the published file is; one that is there is taken as it is."""
    target = directory / "calltouch.duckdb"
    if target.exists():
        return target
    directory.mkdir(parents=True, exist_ok=True)
    store = directory / "store.duckdb"
    store.unlink(missing_ok=True)
    db = open_store(store, StoreFingerprint("Europe/Moscow", "big"))
    db.execute("create temp macro chance(lead, salt) as hash(lead, salt) % 1000003 / 1000003")
    for first in range(0, leads, _PART):
        with transaction(db):
            _add(db, leads, first, min(first + _PART, leads))
    link_leads(db)
    publish(db, store, target, "bench")
    db.close()
    store.unlink()
    return target


def _add(db: DuckDBPyConnection, leads: int, first: int, last: int) -> None:
    values = {"leads": leads, "first": first, "last": last}
    for step in _STEPS:
        sql = (_SQL / f"{step}.sql").read_text(encoding="utf-8")
        db.execute(sql, {name: values[name] for name in bound_names(sql)})


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.big_store", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--leads", type=int, default=1_000_000)
    asked = parser.parse_args()
    started = time.monotonic()
    target = make_big_store(asked.directory, asked.leads)
    seconds = time.monotonic() - started
    print(f"{target}: {target.stat().st_size / 2**20:,.0f} MiB, {seconds:.0f} s")


if __name__ == "__main__":
    main()
