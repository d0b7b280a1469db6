"""Exports of files into directories, and what a reader finds there."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from analytics.export.exporting import DoneExport, export, plan_export
from analytics.export.manifest import MANIFEST
from analytics.export.places import ExportDirectory, ExportPlace
from analytics.export.tables import ONLY_WHEN_NAMED
from analytics.published_file import Published, PublishedFile
from tests.analytics.keyed.files import columns_of

ZONE = "Europe/Moscow"


def exported(
    path: Path,
    place: Path | ExportPlace,
    *,
    source: str = "published",
    tables: tuple[str, ...] = (),
    grace: timedelta = timedelta(days=1),
    is_dry: bool = False,
) -> DoneExport:
    into = ExportDirectory(place) if isinstance(place, Path) else place
    with Published(PublishedFile(path), threads=1).reading() as db:
        plan = plan_export(db, source, ZONE, "test", tables)
        return export(db, plan, into, grace, lambda rows: None, is_dry=is_dry)


def all_tables(path: Path) -> tuple[str, ...]:
    return tuple(columns_of(path))


def manifest_in(directory: Path) -> dict[str, Any]:
    found = json.loads((directory / MANIFEST).read_text())
    assert isinstance(found, dict)
    return found


def files_named(directory: Path) -> dict[str, list[str]]:
    """By table, the paths that the manifest names."""
    named: dict[str, list[str]] = {}
    for file in manifest_in(directory)["files"]:
        named.setdefault(file["table"], []).append(str(directory / file["file"]))
    return named


def asked(paths: list[str], sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute("set timezone = 'UTC'")
        db.execute(
            "create view exported as select * from read_parquet($paths)".replace(
                "$paths", str(paths)
            )
        )
        return db.execute(sql).fetchall()


def files_in(directory: Path) -> set[str]:
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def default_tables(path: Path) -> set[str]:
    return {*columns_of(path)} - {*ONLY_WHEN_NAMED}
