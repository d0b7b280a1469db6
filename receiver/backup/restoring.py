"""A backup put back: checked, copied, the store made again from it, and compared with its counts.

A mark stands in the target until all of it is done, and whoever would use the directory refuses it
until then: killed in the middle, nothing half passes for restored.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.lake.address import LakeAddress
from analytics.lake.attaching import LakeUnreachable
from analytics.lake.catalog import LakeState, catalog_of
from receiver.backup.copying import CopyProgress, make_private, sync_folders
from receiver.backup.manifest import DATA, BackupFile, BackupManifest, InvalidBackup, read_manifest
from receiver.backup.shelf import MANIFEST, REMOVED, UNFINISHED, BackupShelf
from receiver.data_dir import RESTORING, DataDir
from receiver.digest.archive.accept_loss import save_what_is_left
from receiver.digest.archive.reference import reading
from receiver.digest.archive.state import checking
from receiver.digest.erasing.orders import ErasureOrders
from receiver.digest.rebuild import Progress, rebuild
from receiver.digest.running import Digest
from receiver.digest.stores.makers import store_of
from receiver.digest.stores.new_lake import drop_lake
from receiver.inbox.segment import sync_directory, write_all, write_durably
from receiver.process_lock import DigestRunning, digest_holder, digest_lock, holder
from receiver.settings.settings import Settings

_AT_ONCE = 1 << 20
_STORES = 8


class RestoreRefused(Exception):
    """Nothing was put back; the text says why."""


@dataclass(frozen=True, slots=True)
class ChosenBackup:
    path: Path
    manifest: BackupManifest


@dataclass(frozen=True, slots=True)
class DayDifference:
    """`expected`: by the backup's manifest; `restored`: in the store made of it."""

    day: str
    expected: int
    restored: int


def choose_backup(source: Path) -> ChosenBackup:
    """One backup, or the newest of a directory of backups. Raises `InvalidBackup`."""
    if (source / MANIFEST).is_file() and source.suffix not in (UNFINISHED, REMOVED):
        return ChosenBackup(source, read_manifest(source))
    newest = BackupShelf(source).newest()
    if newest is None:
        raise InvalidBackup(f"{source} holds no finished backup, and is none")
    return ChosenBackup(newest, read_manifest(newest))


def differences(chosen: ChosenBackup, progress: CopyProgress) -> list[str]:
    """What is not as the manifest says, in words."""
    found = []
    for file in chosen.manifest.files:
        try:
            _read_whole(chosen.path / file.path, file, progress)
        except InvalidBackup as error:
            found.append(str(error))
    return found


def refuse_used(target: Path) -> None:
    """Only a directory that is not there, or empty, is restored into. Raises `RestoreRefused`."""
    place = DataDir(target)
    used_by = holder(place.serve_lock) or digest_holder(target) or holder(place.flows_lock)
    if used_by is not None:
        raise RestoreRefused(f"{target} is in use: {used_by}")
    if (target / RESTORING).exists():
        raise RestoreRefused(f"a restore into {target} was not finished: empty it first")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RestoreRefused(f"{target} is not empty: move it away, or name another directory")


def refuse_lake(settings: Settings) -> None:
    """It is made anew, as a store in a file is, and takes the place of none. Raises
    `RestoreRefused`, and what `STORE_TROUBLES` lists."""
    if settings.lake is None:
        return
    with catalog_of(settings.lake) as catalog:
        if any(catalog.all(state) for state in (LakeState.READY, LakeState.CURRENT)):
            raise RestoreRefused(
                "there is a lake in CALLTOUCH_STORE already, and what came after the backup may be "
                "in it alone: name another database, or drop this one and make it again"
            )


@contextmanager
def lake_or_none(settings: Settings) -> Iterator[None]:
    """Of a restore that does not end, no lake stays. There was none before."""
    try:
        yield
    except BaseException as why:
        if settings.lake is not None:
            _drop_lakes(settings.lake, is_digested=isinstance(why, DigestRunning))
        raise


def _drop_lakes(address: LakeAddress, *, is_digested: bool) -> None:
    """`is_digested`: by somebody else, who has begun meanwhile, and whose the current one is."""
    states = [LakeState.READY]
    if not is_digested:
        states += [LakeState.CURRENT, LakeState.OLD]
    # What stopped the restore is to be told, whatever is in the way here.
    with suppress(LakeUnreachable), catalog_of(address) as catalog:
        for state in states:
            for place in catalog.all(state):
                drop_lake(catalog, place)


def refuse_small(manifest: BackupManifest, directory: Path) -> None:
    """Of an archive a store is made that is some three times as large, twice. Raises
    `RestoreRefused`."""
    archived = sum(file.bytes for file in manifest.files if file.path.endswith(".parquet"))
    needed = manifest.bytes + _STORES * archived
    free = shutil.disk_usage(_existing(directory)).free
    if free < needed:
        raise RestoreRefused(f"{directory} has {free >> 20} MiB of room, {needed >> 20} are needed")


def _existing(directory: Path) -> Path:
    return directory if directory.exists() else _existing(directory.parent)


def put_back(chosen: ChosenBackup, target: Path, progress: CopyProgress) -> None:
    """The data directory's files, on the disk when this returns. Raises `InvalidBackup` for a file
    that is not as the manifest says, and `OSError`."""
    target.mkdir(mode=0o755, parents=True, exist_ok=True)
    write_durably(target / RESTORING, chosen.path.name.encode())
    for file in _files_of_data(chosen.manifest):
        place = target / Path(file.path).relative_to(DATA)
        make_private(place.parent)
        _copy(chosen.path / file.path, place, file, progress)
    sync_folders(target)
    sync_directory(target.parent)


def empty(target: Path) -> None:
    """What was put into it goes again, the mark last."""
    entries = sorted(target.iterdir(), key=lambda path: path.name == RESTORING)
    for path in entries:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def finish(target: Path) -> None:
    """From now on the directory may be used."""
    (target / RESTORING).unlink()
    sync_directory(target)


def make_store(settings: Settings, progress: Progress, *, accept_loss: bool = False) -> None:
    """As `calltouch rebuild` does, then digest and publish what the inbox holds. Raises
    `RestoreRefused` where the archive is not whole, unless that is accepted."""
    with checking(settings) as state:
        if state.faults and not accept_loss:
            named = "; ".join(map(str, state.faults))
            raise RestoreRefused(
                f"the archive in this backup was not whole: {named}; --accept-loss goes on without "
                "these deliveries"
            )
        if state.faults:
            save_what_is_left(state.archive, state.faults, state.stores, state.end)
    store = store_of(settings)
    new = store.new(by_command=True)
    try:
        rebuild(settings, new, progress=progress)
    except BaseException:
        new.give_up()
        raise
    new.finish()
    store.close()
    with digest_lock(settings.data_dir):
        Digest(settings).finish()
    for order in ErasureOrders(DataDir(settings.data_dir).orders).all():
        raise RestoreRefused(f"who was erased could not be erased again: {order.waits_for}")


def compared(settings: Settings, expected: Mapping[str, int]) -> list[DayDifference]:
    """Days on which what is published has another number of deliveries than the backup had."""
    with store_of(settings).reading_published() as published:
        restored = published.days((1, published.last_id())) if published else {}
    return [
        DayDifference(day, expected.get(day, 0), restored.get(day, 0))
        for day in sorted({*expected, *restored})
        if expected.get(day, 0) != restored.get(day, 0)
    ]


def newer_deliveries(restored: DataDir, present: DataDir) -> int | None:
    """How many more the present published file holds; None where there is no other."""
    if restored.root.resolve() == present.root.resolve():
        return None
    with reading(restored.published) as ours, reading(present.published) as other:
        if other is None or ours is None:
            return None
        return max(other.last_id() - ours.last_id(), 0)


def settings_for(settings: Settings, target: Path, *, in_file: bool = False) -> Settings:
    """`in_file`: whatever the store is elsewhere."""
    store = None if in_file else settings.store
    return replace(settings, data_dir=target, flows_dir=None, store=store)


def _files_of_data(manifest: BackupManifest) -> Iterator[BackupFile]:
    return (file for file in manifest.files if Path(file.path).parts[0] == DATA)


def _read_whole(path: Path, file: BackupFile, progress: CopyProgress, out: int = -1) -> None:
    """Raises `InvalidBackup` if it is not the file that was backed up. `out`: where it is written
    to, if anywhere."""
    hashed, size = hashlib.sha256(), 0
    try:
        with path.open("rb", buffering=0) as source:
            while piece := source.read(_AT_ONCE):
                hashed.update(piece)
                size += len(piece)
                if out >= 0:
                    write_all(out, piece)
                progress(len(piece))
    except FileNotFoundError:
        raise InvalidBackup(f"{file.path} is missing") from None
    except OSError as error:
        raise InvalidBackup(f"{file.path} cannot be read: {error.strerror}") from error
    if size != file.bytes:
        raise InvalidBackup(f"{file.path} has {size} bytes, not {file.bytes}")
    if hashed.hexdigest() != file.sha256:
        raise InvalidBackup(f"{file.path} is damaged: its checksum is another")


def _copy(source: Path, target: Path, file: BackupFile, progress: CopyProgress) -> None:
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _read_whole(source, file, progress, fd)
        os.fsync(fd)
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
    finally:
        os.close(fd)
