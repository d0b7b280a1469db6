"""How old the keyed file is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analytics.published_file import NotPublished, Published, PublishedFile, PublishedSource
from analytics.statements import statement


@dataclass(frozen=True, slots=True)
class KeyedAge:
    """`made_of`: when the file was published that it was made of. `is_behind`: there is a newer
    one."""

    keyed_at: datetime
    made_of: datetime
    is_behind: bool

    @property
    def seconds(self) -> float:
        return (datetime.now(UTC) - self.keyed_at).total_seconds()


def keyed_age(keyed: Path, published: PublishedSource) -> KeyedAge | None:
    """None where there is no keyed file, or it cannot be opened. Raises `NotPublished` where there
    is no published one."""
    now = _freshness(published)
    try:
        then = _freshness(PublishedFile(keyed))
    except NotPublished:
        return None
    return KeyedAge(
        then["keyed_at"], then["published_at"], now["published_at"] != then["published_at"]
    )


def _freshness(source: PublishedSource) -> Mapping[str, Any]:
    with Published(source, memory="50MB", threads=1).reading() as db:
        found = db.execute(statement("keyed/age"))
        names = [column[0] for column in found.description or ()]
        return dict(zip(names, found.fetchall()[0], strict=True))
