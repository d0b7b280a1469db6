"""A small file of leads as the sandbox asks it, and what was tried on it."""

import tomllib
from pathlib import Path

import duckdb

_HERE = Path(__file__).parent
ATTEMPTS = [
    line
    for line in (_HERE / "attempts.sql").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("--")
]
BOMBS = {
    bomb["name"]: bomb["sql"]
    for bomb in tomllib.loads((_HERE / "bombs.toml").read_text(encoding="utf-8"))["bombs"]
}
_TABLES = (
    "create table leads as select range as lead_id, now() as created_at, "
    "'source ' || range % 7 as source from range(1000)",
    "create view calls as from leads where lead_id % 2 = 0",
    "create schema digest",
    "create table digest.deliveries as select 'kept' as sent",
    "create table freshness as select timestamptz '2026-11-30 12:00:00+03' as keyed_at, "
    "timestamptz '2026-11-30 11:00:00+03' as last_received_at",
)


def make_keyed_file(path: Path) -> Path:
    with duckdb.connect(path) as db:
        for sql in _TABLES:
            db.execute(sql)
    return path
