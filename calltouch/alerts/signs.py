"""What the published file says is wrong."""

from datetime import UTC, datetime

from analytics.alerts.trouble import Trouble
from analytics.published_file import NotPublished, Published
from analytics.signs.looking import Watching, signs
from receiver.data_dir import DataDir
from receiver.inbox.watermark import Watermark
from receiver.settings.settings import Settings


def sign_troubles(settings: Settings, now: datetime) -> list[Trouble]:
    """Nothing where nothing is published yet. What is still in the inbox is no silence, so it is
    looked at as of the moment until which digest has read."""
    place = DataDir(settings.data_dir)
    if not (place.inbox / "watermark").exists():
        return []
    read_until = datetime.fromtimestamp(Watermark(place.inbox).read() / 1e9, UTC)
    published = Published(place.published, threads=1)
    try:
        with published.reading() as db:
            found = signs(db, min(now, read_until), Watching(settings.timezone))
    except NotPublished:
        return []
    troubles: dict[tuple[str, str], Trouble] = {}
    for sign in found:
        trouble = Trouble(sign.kind, sign.subject, sign.cause, sign.figures, sign.since)
        troubles.setdefault(trouble.key, trouble)
    return list(troubles.values())
