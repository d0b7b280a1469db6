"""The manifest: which files are the export, and since when others are none of it any more."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

MANIFEST = "manifest.json"
LAYOUT = 1
_MADE_BY = "calltouch export"
_FILE = re.compile(r"[a-z_]+/(?:\d{4}-\d\d|undated|whole)\.[0-9a-f]{64}\.parquet")


class DamagedManifest(Exception):
    """It is none that can be read."""


class ForeignManifest(Exception):
    """It is somebody else's; the text says what to do."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """`month`: 2026-11; None for a table that is not cut, and for rows without a day."""

    table: str
    month: str | None
    file: str
    rows: int
    bytes: int
    sha256: str
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True)
class ExportOrigin:
    """What was exported. Two exports of equal origin are the same."""

    source: str
    schema_version: int
    zone: str
    last_delivery_id: int | None
    published_at: str
    keyed_at: str | None
    program: str


@dataclass(frozen=True, slots=True)
class ExportManifest:
    """`retired`: files that are not named any more, and since when."""

    origin: ExportOrigin
    exported_at: str
    files: tuple[ExportedFile, ...]
    retired: Mapping[str, str]

    def written(self) -> bytes:
        content = {
            "made_by": _MADE_BY,
            "layout": LAYOUT,
            **asdict(self.origin),
            "exported_at": self.exported_at,
            "files": [asdict(file) for file in self.files],
            "retired": dict(self.retired),
        }
        return json.dumps(content, indent=1).encode()


def is_ours(file: str) -> bool:
    return _FILE.fullmatch(file) is not None


def read_manifest(text: bytes) -> ExportManifest:
    """Raises `DamagedManifest`, `ForeignManifest`."""
    try:
        content = json.loads(text)
    except ValueError:
        raise DamagedManifest from None
    if not isinstance(content, dict) or content.get("made_by") != _MADE_BY:
        raise ForeignManifest("its manifest.json is not that of an export: name another place")
    if content.get("layout") != LAYOUT:
        raise ForeignManifest("another version of calltouch exported there: name another place")
    try:
        return _read(content)
    except (KeyError, TypeError, ValueError):
        raise DamagedManifest from None


def _read(content: dict[str, Any]) -> ExportManifest:
    names = ExportOrigin.__dataclass_fields__
    retired = {str(name): str(since) for name, since in content["retired"].items()}
    for since in retired.values():
        if datetime.fromisoformat(since).tzinfo is None:
            raise ValueError(since)
    files = tuple(ExportedFile(**one) for one in content["files"])
    if not all(is_ours(file) for file in (*retired, *(one.file for one in files))):
        raise ValueError("it names what is no file of an export")
    origin = ExportOrigin(**{name: content[name] for name in names})
    return ExportManifest(origin, content["exported_at"], files, retired)
