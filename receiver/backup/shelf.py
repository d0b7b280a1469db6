"""The directory that backups stand in.

A backup is one directory, named after the moment at which it began. It is written under another
name and renamed when it is whole and on the disk, so whatever has the right name may be trusted.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MANIFEST = "backup.json"
UNFINISHED, REMOVED = ".unfinished", ".removed"
_NAME = re.compile(r"calltouch-(\d{8}T\d{6}\.\d{3})Z")
_MOMENT = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class BackupShelf:
    directory: Path

    @property
    def lock(self) -> Path:
        return self.directory / "backup.lock"

    def whole(self) -> list[Path]:
        """The backups, oldest first."""
        if not self.directory.is_dir():
            return []
        found = [path for path in self.directory.iterdir() if is_whole(path)]
        return sorted(found, key=lambda path: path.name)

    def newest(self) -> Path | None:
        return next(reversed(self.whole()), None)

    def age_seconds(self, now: datetime) -> float | None:
        """Since the newest one began; None where there is none."""
        newest = self.newest()
        return None if newest is None else max((now - moment_of(newest)).total_seconds(), 0.0)

    def place_for(self, began_at: datetime) -> Path:
        """Where a backup that began then will stand."""
        moment = began_at.astimezone(UTC).strftime(_MOMENT)[:-3]
        return self.directory / f"calltouch-{moment}Z"


def is_whole(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and (path / MANIFEST).is_file()


def moment_of(backup: Path) -> datetime:
    """When it began."""
    match = _NAME.fullmatch(backup.name)
    assert match is not None, backup
    return datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC)
