"""A backup, taken while everything runs. What was accepted before it began is in it, once.

A delivery is first in the inbox, then in the archive too, then in the archive alone; an accepted
one is always in one of them. So the inbox is copied first: a segment that has vanished before it
could be opened was archived before that, and the manifest, which is copied later, names the file.
The other way round, a delivery that is archived in between would be in neither copy. What is in
both counts once: the manifest says how far each segment is archived, and copies keep their offsets.

The manifest of the archive is copied before the files it names, and each file must have the
checksum that it says. A file that digest has replaced meanwhile has not; then both are copied
again.

With flows it is the same: their inbox, their store, then the archive of operations, which has what
the store has forgotten. `state.sqlite` comes before the inbox, since it says which windows of a
resync need not be fetched again. The key of persons and the watermarks come last: nothing that was
copied before them was hashed with a key, or stamped behind a watermark, that they do not know.

How far parcels of other hosts are taken is copied before all else: what it speaks of is in the
inbox or the archive by then. What has been taken since is told by the names of the segments.

Orders to erase a person come first, and what was erased after the archive: what was erased
meanwhile is in the copy or is not, but the copy knows of it, and a restore does it again.

A segment is copied up to where nothing is in flight. The bytes of every file are on the disk before
the backup's manifest is written, the manifest before the directory gets its name.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analytics.store import SCHEMA_VERSION
from receiver import __version__
from receiver.backup import parts
from receiver.backup.contents import strangers
from receiver.backup.copying import BackupCopy, CopyProgress, make_private
from receiver.backup.counting import deliveries_per_day
from receiver.backup.manifest import (
    DATA,
    BackupFile,
    BackupManifest,
    InvalidBackup,
    read_manifest,
    write_manifest,
)
from receiver.backup.shelf import UNFINISHED, BackupShelf
from receiver.backup.tidying import clear_leftovers
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.disk_room import ROOM_FOR_INBOX_BYTES
from receiver.digest.rebuild import fingerprint_for
from receiver.inbox.segment import sync_directory
from receiver.process_lock import LockHeld, hold
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)


class BackupFailed(Exception):
    """There is no new backup; the text says why."""


@dataclass(frozen=True, slots=True)
class TakenBackup:
    path: Path
    manifest: BackupManifest
    linked: int
    copied_bytes: int


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """`linked`: files of the archive that the last backup has."""

    linked: int
    linked_bytes: int
    copied_bytes: int


def take_backup(
    settings: Settings, shelf: BackupShelf, progress: CopyProgress = lambda count: None
) -> TakenBackup:
    """Raises `BackupFailed`; then nothing is left of it."""
    _refuse_impossible(settings, shelf)
    try:
        make_private(shelf.directory)
        with hold(shelf.lock):
            clear_leftovers(shelf)
            return _take(settings, shelf, progress)
    except LockHeld as held:
        raise BackupFailed(f"a backup is being made by {held}") from held
    except OSError as error:
        raise BackupFailed(f"{shelf.directory}: {error.strerror or error}") from error


def plan_backup(settings: Settings, shelf: BackupShelf) -> BackupPlan:
    """What would be done, about. Raises `BackupFailed`."""
    _refuse_impossible(settings, shelf)
    place = DataDir(settings.data_dir)
    archive = Archive(place.archive)
    known = {file.path: file.sha256 for file in _manifest_of(shelf.newest())[1]}
    entries = archive.entries()
    linked = [
        entry.bytes
        for entry in entries
        if known.get(parts.path_of(place, archive.path(entry))) == entry.sha256
    ]
    segments = [path for inbox in (place.inbox, place.flows_inbox) for path in inbox.glob("*.seg")]
    copied = sum(entry.bytes for entry in entries) - sum(linked)
    copied += sum(_size(path) for path in (*segments, place.state, place.flows_store))
    return BackupPlan(len(linked), sum(linked), copied)


def _refuse_impossible(settings: Settings, shelf: BackupShelf) -> None:
    if not settings.data_dir.is_dir():
        raise BackupFailed(f"{settings.data_dir} does not exist: there is nothing to back up")
    if shelf.directory.resolve().is_relative_to(settings.data_dir.resolve()):
        raise BackupFailed(
            f"{shelf.directory} lies inside of {settings.data_dir}: what takes that away takes the "
            "backup, too"
        )


def _take(settings: Settings, shelf: BackupShelf, progress: CopyProgress) -> TakenBackup:
    _check_room(settings, shelf)
    began_at = datetime.now(UTC)
    target = shelf.place_for(began_at)
    last, known = _manifest_of(shelf.newest())
    with _aside(target) as unfinished:
        files = {file.path: file for file in known}
        copy = BackupCopy(unfinished, last, files, progress)
        _copy_everything(settings, copy)
        manifest = BackupManifest(
            began_at=began_at.isoformat(),
            ended_at=datetime.now(UTC).isoformat(),
            app_version=__version__,
            schema_version=SCHEMA_VERSION,
            fingerprint=dict(fingerprint_for(settings).rows()),
            days=deliveries_per_day(DataDir(unfinished / DATA)),
            files=tuple(copy.files.values()),
            faults=tuple(copy.faults),
            strangers=tuple(strangers(DataDir(settings.data_dir))),
        )
        copy.sync()
        write_manifest(unfinished, manifest)
    return TakenBackup(target, manifest, copy.linked, copy.copied_bytes)


def _copy_everything(settings: Settings, copy: BackupCopy) -> None:
    """In this order: see above."""
    place = DataDir(settings.data_dir)
    (copy.directory / DATA).mkdir(mode=0o700)
    copy.add(parts.path_of(place, place.taken_parcels), place.taken_parcels)
    parts.add_orders(copy, place)
    copy.add_database(parts.path_of(place, place.state), place.state)
    parts.add_flows(copy, place)
    parts.add_folder(copy, place, place.operations_archive)
    parts.add_inbox(copy, place, place.inbox)
    parts.add_folder(copy, place, place.damaged)
    parts.add_archive(copy, place)
    copy.add(parts.path_of(place, place.erasures), place.erasures, grows=True)
    parts.add_settings(copy, place, settings.definitions_dir, settings.config_file)
    for inbox in (place.inbox, place.flows_inbox):
        parts.add_watermark(copy, place, inbox)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A directory that gets its name when it is whole, and is gone otherwise."""
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.mkdir(mode=0o700)
    try:
        yield unfinished
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_directory(target.parent)


def _check_room(settings: Settings, shelf: BackupShelf) -> None:
    """It may be the inbox's disk, whose last room is not for us."""
    needed = plan_backup(settings, shelf).copied_bytes
    free = shutil.disk_usage(shelf.directory).free
    if free < needed + ROOM_FOR_INBOX_BYTES:
        raise BackupFailed(
            f"{shelf.directory}: {free >> 20} MiB are free, {needed >> 20} MiB are needed and "
            f"{ROOM_FOR_INBOX_BYTES >> 20} are to stay free: make room, or keep fewer backups"
        )


def _manifest_of(backup: Path | None) -> tuple[Path | None, tuple[BackupFile, ...]]:
    """Nothing is taken from one whose manifest is damaged."""
    if backup is None:
        return None, ()
    try:
        return backup, read_manifest(backup).files
    except InvalidBackup as error:
        log.error("nothing is linked from the last backup: %s", error)
        return None, ()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
