"""Wait until everything accepted so far can be seen in the published file."""

import time

from analytics.published import NotPublished, Published
from analytics.store import positions
from receiver.data_dir import DataDir, prepare
from receiver.digest.lock import DigestRunning, digest_lock, holder
from receiver.digest.running import Digest
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.settings import Settings

_POLL_SECONDS = 0.05


class NotSettled(Exception):
    """It took too long; the text says who digests."""


def settle(settings: Settings, timeout: float) -> None:
    """Return when all deliveries accepted before the call are digested and published.

    When no digest is running, this does the work itself. Raises `NotSettled`.
    """
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    accepted = reader.look()
    give_up_at = time.monotonic() + timeout
    while not _is_settled(place, accepted):
        if time.monotonic() > give_up_at:
            who = holder(settings.data_dir)
            raise NotSettled(f"not settled within {timeout:g} s" + (f"; {who}" if who else ""))
        if holder(settings.data_dir) is None:
            _digest_here(settings)
        time.sleep(_POLL_SECONDS)
    reader.close()


def _is_settled(place: DataDir, accepted: Snapshot) -> bool:
    try:
        with Published(place.published).reading() as db:
            digested = positions(db)
    except NotPublished:
        return False
    # A segment that is gone was deleted because all of it was published and archived.
    left = {name: end for name, end in accepted.limits.items() if (place.inbox / name).exists()}
    return not any(accepted.holds_delivery(name, digested.get(name, 0)) for name in left)


def _digest_here(settings: Settings) -> None:
    prepare(settings.data_dir)
    try:
        with digest_lock(settings.data_dir):
            digest = Digest(settings)
            digest.finish()
            if digest.waits_for:
                raise NotSettled(f"digest waits: {digest.waits_for}")
    except DigestRunning:
        pass
