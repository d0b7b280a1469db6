"""What the lines of the manifest say together: one function for each kind of line."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from receiver.digest.archive.manifest.log import Record, Signature


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file with the deliveries from one id to another. `days`: how many of each UTC day of
    receipt. `segments`: how far it covers segments of the inbox that no file did before.

    `saved`: how many of its rows hold what the store knew, as their bytes are lost.
    `trusted_since`: it has rows that were written without a checksum.
    `rewritten`: why some of its deliveries say something else now; `was`: a keyed hash of the
    checksum that it had before.
    """

    name: str
    first_id: int
    last_id: int
    days: dict[str, int]
    bytes: int
    sha256: str
    segments: dict[str, int] = field(default_factory=dict)
    replaces: str | None = None
    supersedes: list[str] = field(default_factory=list)
    is_substitute: bool = False
    saved: int = 0
    trusted_since: str | None = None
    rewritten: str | None = None
    was: str | None = None

    @property
    def count(self) -> int:
        return self.last_id - self.first_id + 1

    def count_common(self, other: "FileEntry") -> int:
        """Deliveries that both hold."""
        last = min(self.last_id, other.last_id)
        return max(last - max(self.first_id, other.first_id) + 1, 0)


@dataclass(frozen=True, slots=True)
class LostRange:
    """Ids that nobody has any more, by somebody's word."""

    first_id: int
    last_id: int
    day: str | None
    reason: str

    @property
    def count(self) -> int:
        return self.last_id - self.first_id + 1


@dataclass(slots=True)
class ManifestContents:
    """What the lines say together. `files`: those in force. `awaited`: given up, and welcome back.
    `damage`: files that were read and are not what they were, with the signature of what was read.
    `checked`: when a file was written or last read whole, `checked_at`: when all were.
    """

    files: dict[str, FileEntry] = field(default_factory=dict)
    pending: FileEntry | None = None
    earlier: dict[str, dict[str, FileEntry]] = field(default_factory=dict)
    awaited: dict[str, FileEntry] = field(default_factory=dict)
    lost: list[LostRange] = field(default_factory=list)
    damage: dict[str, tuple[Signature, str]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)
    begun_at: str | None = None
    checked_at: str | None = None

    def in_order(self) -> list[FileEntry]:
        return sorted(self.files.values(), key=lambda entry: entry.first_id)

    def last_id(self) -> int:
        ends = [entry.last_id for entry in self.files.values()]
        return max([*ends, *(lost.last_id for lost in self.lost)], default=0)

    def last_check(self, name: str) -> str:
        """Of a file, since when it is known to be what it was: an instant as ISO text."""
        return max(self.checked.get(name, ""), self.checked_at or "") or self.begun_at or ""

    def names(self) -> set[str]:
        """All that were ever given to a file."""
        return {*self.files, *self.awaited, *self.earlier}


def apply(contents: ManifestContents, record: Record) -> None:
    contents.begun_at = contents.begun_at or record["at"]
    _KINDS[record["kind"]](contents, record)


def _entry(record: Record) -> FileEntry:
    return FileEntry(**{name: record[name] for name in FileEntry.__slots__ if name in record})


def _file(contents: ManifestContents, record: Record) -> None:
    contents.pending = _entry(record)


def _placed(contents: ManifestContents, record: Record) -> None:
    entry, contents.pending = contents.pending, None
    if entry is None or entry.sha256 != record["sha256"]:
        return
    before = contents.files.pop(entry.name, None)
    if before is not None:
        contents.earlier.setdefault(entry.name, {})[before.sha256] = before
    for name in entry.supersedes:
        _give_up(contents, name)
    contents.awaited.pop(entry.name, None)
    contents.damage.pop(entry.name, None)
    contents.files[entry.name] = entry
    contents.checked[entry.name] = record["at"]
    _reach(contents, entry.segments)
    contents.lost = [rest for lost in contents.lost for rest in _without(lost, entry)]


def _kept(contents: ManifestContents, record: Record) -> None:
    entry = _entry(record)
    contents.files[entry.name] = entry
    _reach(contents, entry.segments)


def _positions(contents: ManifestContents, record: Record) -> None:
    _reach(contents, record["segments"])


def _reach(contents: ManifestContents, segments: dict[str, int]) -> None:
    for segment, position in segments.items():
        contents.positions[segment] = max(position, contents.positions.get(segment, 0))


def _undone(contents: ManifestContents, record: Record) -> None:
    contents.pending = None


def _lost(contents: ManifestContents, record: Record) -> None:
    contents.lost.append(LostRange(*(record[name] for name in LostRange.__slots__)))


def _given_up(contents: ManifestContents, record: Record) -> None:
    _give_up(contents, record["name"])


def _awaited(contents: ManifestContents, record: Record) -> None:
    contents.awaited[record["name"]] = _entry(record)


def _damaged(contents: ManifestContents, record: Record) -> None:
    ino, size, mtime = record["signature"]
    contents.damage[record["name"]] = ((ino, size, mtime), record["problem"])


def _whole(contents: ManifestContents, record: Record) -> None:
    contents.damage.pop(record["name"], None)


def _checked(contents: ManifestContents, record: Record) -> None:
    """Earlier versions checked all files at once."""
    if "files" in record:
        contents.checked.update(record["files"])
    else:
        contents.checked_at = record.get("since", record["at"])


def _give_up(contents: ManifestContents, name: str) -> None:
    entry = contents.files.pop(name, None)
    if entry is not None:
        contents.damage.pop(entry.name, None)
        contents.checked.pop(entry.name, None)
        contents.earlier.setdefault(entry.name, {})
        if not entry.is_substitute:
            contents.awaited[entry.name] = entry


def _without(lost: LostRange, entry: FileEntry) -> list[LostRange]:
    """What of a lost range a file does not have."""
    rests = []
    if lost.first_id < entry.first_id:
        rests.append(replace(lost, last_id=min(lost.last_id, entry.first_id - 1)))
    if lost.last_id > entry.last_id:
        rests.append(replace(lost, first_id=max(lost.first_id, entry.last_id + 1)))
    return rests


_KINDS: dict[str, Callable[[ManifestContents, Record], None]] = {
    "file": _file,
    "placed": _placed,
    "kept": _kept,
    "positions": _positions,
    "undone": _undone,
    "lost": _lost,
    "given_up": _given_up,
    "awaited": _awaited,
    "damaged": _damaged,
    "whole": _whole,
    "checked": _checked,
}
