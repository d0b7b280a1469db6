"""Where archive and inbox meet: which deliveries must be in the archive, and which come next."""

from array import array
from collections.abc import Iterator, Mapping
from itertools import islice

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.reference import Reference
from receiver.inbox.reader import InboxEntry, Snapshot

_AT_ONCE = 5_000


def archived_end(archive: Archive, snapshot: Snapshot, reference: Reference | None) -> int:
    """The last delivery that must be in the archive, by the manifest or by a store that has
    deliveries which the inbox no longer has."""
    end = archive.last_id()
    if reference is None:
        return end
    archived = archived_places(archive, snapshot, reference)
    waiting = sum(1 for _ in digested(snapshot, archived, reference.positions()))
    return max(end, reference.archived_id(), reference.last_id() - waiting)


def archived_places(archive: Archive, snapshot: Snapshot, reference: Reference) -> dict[str, int]:
    """How far each segment of the inbox is archived, by the manifest or the store."""
    places = archive.positions(list(snapshot.limits))
    for segment, position in reference.archived_positions().items():
        if segment in snapshot.limits:
            places[segment] = max(position, places.get(segment, 0))
    return places


def digested(
    snapshot: Snapshot, archived: Mapping[str, int], positions: Mapping[str, int]
) -> Iterator[InboxEntry]:
    """Deliveries in the store, but not yet in the archive."""
    for item in snapshot.entries(archived, until=positions):
        if isinstance(item, InboxEntry):
            yield item


def received_of(entries: Iterator[InboxEntry]) -> "array[int]":
    """When each was received, in microseconds since 1970."""
    return array("q", (entry.received.received_ns // 1000 for entry in entries))


def are_the_same(received: "array[int]", first_id: int, reference: Reference) -> bool:
    """Whether the store has deliveries received at these times, with ids from `first_id` on."""
    times = iter(received)
    while chunk := list(islice(times, _AT_ONCE)):
        known = reference.received((first_id, first_id + len(chunk) - 1))
        if [known.get(first_id + n) for n in range(len(chunk))] != chunk:
            return False
        first_id += len(chunk)
    return True
