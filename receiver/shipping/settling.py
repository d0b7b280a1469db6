"""Wait until all that was accepted, or handed over, before the call is taken."""

import time
from contextlib import closing
from pathlib import Path

from receiver.data_dir import DataDir, prepare
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.process_lock import LockHeld, hold, holder
from receiver.settings.settings import Settings
from receiver.shipping.ledger import Session, name_of_host, session, statement
from receiver.shipping.parcel import inboxes_of
from receiver.shipping.rounds import TakerRounds

_POLL_SECONDS = 0.1


class NotTaken(Exception):
    """It took too long; the text says what is waiting."""


def settle_parcels(settings: Settings, timeout: float) -> None:
    """On a host that ships: what was accepted here is handed over and taken. On the one that takes:
    what all hosts have handed over is taken; if nothing takes, do its work here. Raises
    `NotTaken`, `ParcelsAway` and `ParcelsRefused`."""
    give_up_at = time.monotonic() + timeout
    if settings.ships:
        _wait_until_shipped(settings, give_up_at)
    with session(settings, "calltouch settle") as db:
        host = name_of_host(settings) if settings.ships else None
        wanted = _numbers(db, "shipped_numbers", host=host)
        while waiting := _waiting(wanted, _numbers(db, "taken_numbers")):
            if time.monotonic() > give_up_at:
                raise NotTaken(f"not taken within {timeout:g} s: parcels of {', '.join(waiting)}")
            if not settings.ships:
                _take_here(settings)
            time.sleep(_POLL_SECONDS)


def _waiting(wanted: dict[str, int], taken: dict[str, int]) -> list[str]:
    return sorted(host for host, number in wanted.items() if taken.get(host, 0) < number)


def _numbers(db: Session, which: str, **bound: object) -> dict[str, int]:
    rows = db.execute(statement(which), bound or None)
    return {str(host): int(str(number)) for host, number in rows}


def _wait_until_shipped(settings: Settings, give_up_at: float) -> None:
    """By PostgreSQL, which alone knows how far a segment is handed over."""
    for inbox in inboxes_of(DataDir(settings.data_dir)).values():
        with closing(InboxReader(inbox)) as reader, session(settings, "calltouch settle") as db:
            accepted = reader.look()
            while _is_waiting(db, inbox, accepted):
                if time.monotonic() > give_up_at:
                    raise NotTaken(
                        "not handed over in time: deliveries wait in the inbox of this host"
                    )
                time.sleep(_POLL_SECONDS)


def _is_waiting(db: Session, inbox: Path, accepted: Snapshot) -> bool:
    rows = db.execute(statement("positions"), {"segments": list(accepted.limits)})
    shipped = {str(name): int(str(end)) for name, end in rows}
    left = [name for name in accepted.limits if (inbox / name).exists()]
    return any(accepted.holds_delivery(name, shipped.get(name, 0)) for name in left)


def _take_here(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    if holder(place.shipping_lock) is not None:
        return
    prepare(settings.data_dir)
    try:
        with hold(place.shipping_lock):
            TakerRounds(settings).take_all()
    except LockHeld:
        pass
