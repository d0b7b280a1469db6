"""Wait until everything accepted so far can be seen in the published file."""

import time
from collections.abc import Mapping
from contextlib import closing

from analytics.flow_tables import copied_change
from analytics.published_file import NotPublished, Published
from analytics.store import fingerprint_of, positions
from receiver.data_dir import DataDir, prepare
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.running import Digest
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.process_lock import DigestRunning, digest_holder, digest_lock
from receiver.published import published_source
from receiver.settings.settings import Settings

_POLL_SECONDS = 0.05


class NotSettled(Exception):
    """It took too long; the text says which process digests."""


def settle(settings: Settings, timeout: float, flow_change: int = 0) -> None:
    """Return once all deliveries accepted before the call are digested and published, with the
    settings in force now; and what flows did up to that change.

    If no digest is running, do its work here. Raises `NotSettled`.
    """
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    accepted = reader.look()
    give_up_at = time.monotonic() + timeout
    wanted = dict(fingerprint_for(settings).rows())
    while why := _why_not(settings, accepted, wanted, flow_change):
        if time.monotonic() > give_up_at:
            who = digest_holder(settings.data_dir)
            by = f"; {who}" if who else ""
            raise NotSettled(f"not settled within {timeout:g} s: {why}{by}")
        if digest_holder(settings.data_dir) is None:
            _digest_here(settings)
        time.sleep(_POLL_SECONDS)
    reader.close()


def why_unsettled(settings: Settings) -> str | None:
    """None if all that has been accepted until now can be seen."""
    with closing(InboxReader(DataDir(settings.data_dir).inbox)) as reader:
        return _why_not(settings, reader.look(), dict(fingerprint_for(settings).rows()), 0)


def _why_not(
    settings: Settings, accepted: Snapshot, wanted: Mapping[str, str], flow_change: int
) -> str | None:
    """None once everything can be seen."""
    try:
        with Published(published_source(settings)).reading() as db:
            digested, made_with = positions(db), fingerprint_of(db)
            is_of_now = made_with == wanted
            copied = copied_change(db) if flow_change and is_of_now else flow_change
    except NotPublished as error:
        return str(error)
    differing = [name for name in wanted if made_with.get(name) != wanted[name]]
    if differing:
        return (
            f"the published file was made with another {', '.join(differing)} and is to be "
            "rebuilt; reload a running `serve` or digest to make it read changed settings"
        )
    inbox = DataDir(settings.data_dir).inbox
    # A missing segment was deleted because all of it was published and archived.
    left = {name: end for name, end in accepted.limits.items() if (inbox / name).exists()}
    if any(accepted.holds_delivery(name, digested.get(name, 0)) for name in left):
        return "deliveries are waiting to be digested"
    if copied < flow_change:
        return "what flows did is not published yet"
    return None


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
