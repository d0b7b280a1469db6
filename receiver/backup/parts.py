"""The parts of a backup, each read as those allow who write it meanwhile."""

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from receiver.backup.copying import BackupCopy
from receiver.backup.manifest import DATA, SETTINGS
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import MANIFEST, Archive
from receiver.digest.archive.manifest.contents import FileEntry, ManifestContents
from receiver.inbox.reader import InboxReader

_PATIENCE = 20
_WATERMARK = "watermark"


def path_of(place: DataDir, path: Path) -> str:
    """Where a file of the data directory stands in a backup."""
    return f"{DATA}/{path.relative_to(place.root).as_posix()}"


def add_inbox(copy: BackupCopy, place: DataDir, inbox: Path) -> set[str]:
    """What is committed of every segment; the names of these segments. One that is gone when it is
    to be opened holds nothing that was not passed on before."""
    names = set()
    with closing(InboxReader(inbox)) as reader:
        for segment in reader.look().segments:
            path = path_of(place, inbox / segment.name)
            if not copy.link(path, segment.limit):
                copy.copy(path, segment.fd, segment.limit)
            names.add(segment.name)
    return names


def add_watermark(copy: BackupCopy, place: DataDir, inbox: Path) -> None:
    copy.add(path_of(place, inbox / _WATERMARK), inbox / _WATERMARK, grows=True)


def add_flows(copy: BackupCopy, place: DataDir) -> None:
    """Their inbox, then their store: an accepted delivery is in one of them.

    It must not count in both. The store knows how far it has taken a segment in, but forgets that
    some time after the segment is deleted. So a segment that is gone before the store is copied,
    and thus taken in, is left out; and if one goes meanwhile, the store is copied again.
    """
    names = add_inbox(copy, place, place.flows_inbox)
    path = path_of(place, place.flows_store)
    for _ in range(_PATIENCE):
        names -= _drop_deleted(copy, place, names)
        copy.add_database(path, place.flows_store)
        if not _deleted(place.flows_inbox, names):
            return
    copy.faults.append(f"{path}: segments of its inbox kept disappearing while it was copied")


def _drop_deleted(copy: BackupCopy, place: DataDir, names: set[str]) -> set[str]:
    deleted = _deleted(place.flows_inbox, names)
    for name in deleted:
        copy.drop(path_of(place, place.flows_inbox / name))
    return deleted


def _deleted(inbox: Path, names: Iterable[str]) -> set[str]:
    return {name for name in names if not (inbox / name).exists()}


def add_archive(copy: BackupCopy, place: DataDir) -> None:
    """The manifest, then the files that it names, each proven by its checksum. If one is another by
    now, digest has replaced it and said so in the manifest: once more. What nobody has replaced is
    damaged; the last backup may still have it whole."""
    live = place.archive / MANIFEST
    for _ in range(_PATIENCE):
        text = _bytes_of(live)
        copy.add(path_of(place, live), live, grows=True)
        copied = Archive(copy.directory / path_of(place, place.archive))
        lacking = _add_files(copy, place, copied.manifest.contents())
        if not lacking or _bytes_of(live) == text:
            break
    copy.faults += [f"{path_of(place, place.archive / name)} is not whole" for name in lacking]
    _add_the_rest(copy, place, copied.manifest.contents().names())


def _add_files(copy: BackupCopy, place: DataDir, contents: ManifestContents) -> list[str]:
    """Returns the names of those that are missing, or are not what the manifest says."""
    lacking = []
    allowed: dict[str, list[FileEntry]] = {name: [one] for name, one in contents.files.items()}
    if contents.pending is not None:
        # It is about to be renamed into place: then it counts, else the one before it does.
        allowed.setdefault(contents.pending.name, []).append(contents.pending)
    for name, entries in allowed.items():
        is_needed = name in contents.files
        if not _add_file(copy, place, name, {e.sha256 for e in entries}) and is_needed:
            lacking.append(name)
    return lacking


def _add_file(copy: BackupCopy, place: DataDir, name: str, checksums: set[str]) -> bool:
    path = path_of(place, place.archive / name)
    done = copy.files.get(path)
    if done is not None and done.sha256 in checksums:
        return True
    if any(copy.link(path, sha256=checksum) for checksum in checksums):
        return True
    try:
        fd = os.open(place.archive / name, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        is_right = copy.copy(path, fd).sha256 in checksums
    finally:
        os.close(fd)
    if not is_right:
        copy.drop(path)
    return is_right


def _add_the_rest(copy: BackupCopy, place: DataDir, known: set[str]) -> None:
    """Files that the manifest does not name yet, and damaged manifests that were put aside."""
    for pattern in ("*.parquet", "*.damaged"):
        for source in sorted(place.archive.glob(pattern)):
            if source.name not in known:
                copy.add(path_of(place, source), source)


def add_settings(copy: BackupCopy, place: DataDir, definitions: Path, config: Path | None) -> None:
    """Small files, each replaced whole. Definitions and settings may lie elsewhere."""
    for source in (place.calendar, place.flow_addresses, place.person_key):
        copy.add(path_of(place, source), source)
    is_inside = definitions.resolve() == place.flows.resolve()
    folder = path_of(place, place.flows) if is_inside else f"{SETTINGS}/flows"
    for source in _definitions_in(definitions):
        copy.add(f"{folder}/{source.name}", source)
    if config is not None:
        copy.add(f"{SETTINGS}/calltouch.toml", config)


def _definitions_in(directory: Path) -> list[Path]:
    """With those of flows that were removed."""
    return [path for path in sorted(directory.glob("*.toml*")) if not path.name.startswith(".")]


def add_orders(copy: BackupCopy, place: DataDir) -> None:
    for source in sorted(place.orders.glob("order-*.json")):
        copy.add(path_of(place, source), source)


def add_folder(copy: BackupCopy, place: DataDir, directory: Path) -> None:
    """Files that are written once, or replaced whole."""
    for source in sorted(directory.glob("*")):
        if source.is_file() and source.suffix != ".unfinished":
            copy.add(path_of(place, source), source)


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
