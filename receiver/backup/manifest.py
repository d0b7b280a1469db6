"""What a backup holds: each file with its size and checksum, and how many deliveries of each day.

One JSON document with a checksum of its own. It is written last, when all that it names is on the
disk.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from receiver.backup.shelf import MANIFEST
from receiver.whole_file import replace_file

FORMAT = 1


@dataclass(frozen=True, slots=True)
class BackupFile:
    """`path`: from the backup's directory on."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """`days`: deliveries per UTC day of receipt. `fingerprint`: what the store was made with.
    `faults`: what could not be read. `strangers`: what was left out, as nobody knows it."""

    began_at: str
    ended_at: str
    app_version: str
    schema_version: int
    fingerprint: Mapping[str, str]
    days: Mapping[str, int]
    files: tuple[BackupFile, ...]
    faults: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def deliveries(self) -> int:
        return sum(self.days.values())

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


class InvalidBackup(Exception):
    """This is no backup that can be restored; the text says why."""


def write_manifest(directory: Path, manifest: BackupManifest) -> None:
    """Synced when this returns."""
    body = asdict(manifest)
    document = {"checksum": _checksum(body), **body}
    replace_file(directory / MANIFEST, orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def read_manifest(directory: Path) -> BackupManifest:
    """Raises `InvalidBackup`."""
    path = directory / MANIFEST
    try:
        document = orjson.loads(path.read_bytes())
        checksum = document.pop("checksum")
        files = tuple(BackupFile(**file) for file in document["files"])
        lists = {name: tuple(document[name]) for name in ("faults", "strangers")}
        manifest = BackupManifest(**{**document, **lists, "files": files})
    except OSError as error:
        raise InvalidBackup(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise InvalidBackup(f"{path} is damaged") from error
    if manifest.format != FORMAT:
        raise InvalidBackup(f"{directory} was made by a newer version: {manifest.app_version}")
    if checksum != _checksum(asdict(manifest)):
        raise InvalidBackup(f"{path} is damaged: its checksum is another")
    for file in files:
        inside = PurePosixPath(file.path)
        if inside.is_absolute() or ".." in inside.parts or inside.parts[0] not in _TREES:
            raise InvalidBackup(f"{path} names a file outside of the backup: {file.path}")
    return manifest


DATA, SETTINGS = "data", "settings"
_TREES = (DATA, SETTINGS)
"""What is in the data directory, and the settings files that are not."""


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
