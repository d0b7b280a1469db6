"""One export: files first, the manifest last, then what has been unnamed long enough goes.

Whoever follows a manifest finds all of its files, whole, until it has been replaced for as long as
the grace is. Whatever is killed in between leaves files that no manifest names; the next export
uses those that it needs, and the others are removed in their time.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import IO

from duckdb import DuckDBPyConnection

from analytics.export.manifest import (
    MANIFEST,
    DamagedManifest,
    ExportedFile,
    ExportManifest,
    ExportOrigin,
    ForeignManifest,
    is_ours,
    read_manifest,
)
from analytics.export.months import MonthFile, TableMonth, measured, months_of, write_month
from analytics.export.places import ExportFailed, ExportPlace
from analytics.export.tables import exported_tables
from analytics.statements import statement

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What is exported of an open file; `months`: the files that there will be."""

    origin: ExportOrigin
    months: tuple[TableMonth, ...]

    @property
    def rows(self) -> int:
        return sum(month.rows for month in self.months)


@dataclass(frozen=True, slots=True)
class DoneExport:
    """`was_damaged`: the manifest that was there."""

    manifest: ExportManifest
    written: tuple[ExportedFile, ...]
    removed: tuple[str, ...]
    was_damaged: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """In the place, before."""

    sizes: Mapping[str, int]
    manifest: ExportManifest | None
    was_damaged: bool


def plan_export(
    db: DuckDBPyConnection, source: str, zone: str, program: str, named: Sequence[str] = ()
) -> ExportPlan:
    """Raises `UnknownTables`."""
    tables = exported_tables(db, named)
    return ExportPlan(
        _origin(db, source, zone, program),
        tuple(month for table in tables for month in months_of(db, table, zone)),
    )


def export(
    db: DuckDBPyConnection,
    plan: ExportPlan,
    place: ExportPlace,
    grace: timedelta,
    tell: Tell,
    *,
    is_dry: bool = False,
) -> DoneExport:
    """Raises `ExportFailed`, `OSError`, `duckdb.Error`."""
    if is_dry:
        return _export(db, plan, place, grace, tell, is_dry=True)
    with place.held():
        return _export(db, plan, place, grace, tell, is_dry=False)


def _export(
    db: DuckDBPyConnection,
    plan: ExportPlan,
    place: ExportPlace,
    grace: timedelta,
    tell: Tell,
    *,
    is_dry: bool,
) -> DoneExport:
    found = _look(place, plan.origin.source)
    if (files := _unchanged(plan, found)) is not None:
        written: list[ExportedFile] = []
        tell(plan.rows)
    else:
        files, written = [], []
        for month in plan.months:
            file, is_new = _export_month(db, month, plan.origin.zone, place, found, tell, is_dry)
            files.append(file)
            written += [file] if is_new else []
    now = datetime.now(UTC)
    retired = _retired(found, files, now)
    ended = [name for name, since in retired.items() if _is_over(since, grace, now)]
    kept = {name: since for name, since in retired.items() if name not in ended}
    manifest = ExportManifest(plan.origin, now.isoformat(), tuple(files), kept)
    if not is_dry:
        _finish(place, found, manifest, ended)
    return DoneExport(manifest, tuple(written), tuple(ended), found.was_damaged)


def _export_month(
    db: DuckDBPyConnection,
    month: TableMonth,
    zone: str,
    place: ExportPlace,
    found: _Found,
    tell: Tell,
    is_dry: bool,
) -> tuple[ExportedFile, bool]:
    with tempfile.TemporaryFile() if is_dry else place.new_file() as file:
        _write(db, month, zone, file, tell)
        made = measured(file)
        exported = _exported(month, made)
        is_new = found.sizes.get(exported.file) != made.bytes
        if is_new and not is_dry:
            place.put(exported.file, file)
    return exported, is_new


def _write(
    db: DuckDBPyConnection, month: TableMonth, zone: str, file: IO[bytes], tell: Tell
) -> None:
    written = 0
    for rows in write_month(db, month, zone, file):
        written += rows
        tell(rows)
    assert written == month.rows, f"{month.table.name} {month.label}"


def _exported(month: TableMonth, made: MonthFile) -> ExportedFile:
    return ExportedFile(
        month.table.name,
        None if month.month is None else month.label,
        f"{month.table.name}/{month.label}.{made.sha256}.parquet",
        month.rows,
        made.bytes,
        made.sha256,
        None if month.first_day is None else month.first_day.isoformat(),
        None if month.last_day is None else month.last_day.isoformat(),
    )


def _look(place: ExportPlace, source: str) -> _Found:
    """Raises `ExportFailed` if what is there is not ours, or of another file."""
    sizes, text = place.sizes(), place.manifest()
    if strangers := sorted(name for name in sizes if name != MANIFEST and not is_ours(name)):
        raise ExportFailed(
            f"it holds something else ({strangers[0]}): name a place that is for the export alone"
        )
    try:
        manifest = None if text is None else read_manifest(text)
    except ForeignManifest as error:
        raise ExportFailed(str(error)) from None
    except DamagedManifest:
        if not any(is_ours(name) for name in sizes):
            raise ExportFailed("its manifest.json is not that of an export") from None
        return _Found(sizes, None, True)
    if manifest is not None and manifest.origin.source != source:
        raise ExportFailed(
            f"it is an export of the {manifest.origin.source} file: each needs a place of its own"
        )
    return _Found(sizes, manifest, False)


def _unchanged(plan: ExportPlan, found: _Found) -> list[ExportedFile] | None:
    """The files that are there, if they are of the very file that is exported now."""
    before = found.manifest
    if before is None or before.origin != plan.origin:
        return None
    if any(found.sizes.get(file.file) != file.bytes for file in before.files):
        return None
    if {file.table for file in before.files} != {month.table.name for month in plan.months}:
        return None
    return list(before.files)


def _retired(found: _Found, files: Sequence[ExportedFile], now: datetime) -> dict[str, str]:
    """What nobody names any more, since when; what nobody has named so far, since now."""
    named = {file.file for file in files}
    known = {} if found.manifest is None else found.manifest.retired
    unnamed = (name for name in found.sizes if name != MANIFEST and name not in named)
    return {name: known.get(name, now.isoformat()) for name in sorted(unnamed)}


def _is_over(since: str, grace: timedelta, now: datetime) -> bool:
    return datetime.fromisoformat(since) + grace <= now


def _finish(
    place: ExportPlace, found: _Found, manifest: ExportManifest, ended: Sequence[str]
) -> None:
    before = found.manifest
    if before is None or replace(before, exported_at=manifest.exported_at) != manifest:
        place.put_manifest(manifest.written())
    for name in ended:
        place.remove(name)


def _origin(db: DuckDBPyConnection, source: str, zone: str, program: str) -> ExportOrigin:
    found = db.execute(statement("keyed/age"))
    names = [column[0] for column in found.description or ()]
    row = dict(zip(names, found.fetchall()[0], strict=True))
    keyed_at = row.get("keyed_at")
    return ExportOrigin(
        source,
        row["schema_version"],
        zone,
        row["last_delivery_id"],
        row["published_at"].isoformat(),
        None if keyed_at is None else keyed_at.isoformat(),
        program,
    )
