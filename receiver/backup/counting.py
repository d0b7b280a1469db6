"""How many deliveries of each day a data directory, or a copy of one, holds."""

from collections import Counter
from contextlib import closing
from itertools import pairwise

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.archive.rows import day_of
from receiver.inbox.reader import InboxEntry, InboxReader


def deliveries_per_day(place: DataDir) -> dict[str, int]:
    """By UTC day of receipt, by the archive's manifest and what the inbox has beyond it."""
    archive = Archive(place.archive)
    with closing(InboxReader(place.inbox)) as reader:
        snapshot = reader.look()
        days = _archived(archive)
        for item in snapshot.entries(archive.positions(list(snapshot.limits))):
            if isinstance(item, InboxEntry):
                days[day_of(item.received.received_ns).isoformat()] += 1
    return dict(sorted(days.items()))


def _archived(archive: Archive) -> Counter[str]:
    entries = archive.entries()
    if any(one.last_id >= two.first_id for one, two in pairwise(entries)):
        # Substitutes of a lost file, beside the file that came back: whose days count twice?
        return _read(archive)
    days: Counter[str] = Counter()
    for entry in entries:
        days.update(entry.days)
    return days


def _read(archive: Archive) -> Counter[str]:
    days: Counter[str] = Counter()
    without: set[str] = set()
    while True:
        days.clear()
        try:
            for one in archive.read(without=without):
                days[day_of(one.entry.received.received_ns).isoformat()] += 1
            return days
        except DamagedFile as fault:
            without.add(fault.entry.name)
