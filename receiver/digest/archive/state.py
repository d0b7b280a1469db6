"""The archive as it must be known before anything is made of it: what is wrong, and what depends on
that."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from receiver.data_dir import DataDir
from receiver.digest.archive.adoption import Adoption, Progress
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import full_check, glance
from receiver.digest.archive.coverage import archived_end
from receiver.digest.archive.faults import TODO, ArchiveFault
from receiver.digest.archive.present_stores import present_stores
from receiver.digest.archive.reference import Reference
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """`faults`: what keeps the archive from providing all that was accepted. `end`: the last
    delivery that must be in it. `stores`: the ones that are left, the best first."""

    archive: Archive
    faults: Sequence[ArchiveFault]
    end: int
    stores: Sequence[Reference]


@contextmanager
def checking(settings: Settings, *, also_own: bool = False) -> Iterator[ArchiveState]:
    """Reads every file; first those that no manifest names are taken into it, if they fit.

    `also_own`: ask digest's own stores as well, if it does not run."""
    place = DataDir(settings.data_dir)
    archive = Archive(place.archive)
    with closing(InboxReader(place.inbox)) as reader, present_stores(settings, also_own) as stores:
        reference = stores[0] if stores else None
        faults, end = blocking_faults(archive, reader.look(), reference)
        yield ArchiveState(archive, faults, end, stores)


def blocking_faults(
    archive: Archive,
    snapshot: Snapshot,
    reference: Reference | None,
    progress: Progress = lambda count: None,
) -> tuple[list[ArchiveFault], int]:
    """What keeps the archive from providing all that was accepted, and the last delivery that must
    be in it. First it takes in the files that fit. `progress`: as `Adoption.adopt` takes it."""
    adoption = Adoption(archive)
    adoption.restore()
    adoption.suspects = {fault.file for fault in glance(archive, None, 0)}
    if adoption.is_needed():
        adoption.adopt(reference, progress)
    end = archived_end(archive, snapshot, reference)
    faults = full_check(archive, reference, end, rows=False)
    return [fault for fault in faults if fault.blocks_rebuild], end


def refusal(state: ArchiveState) -> str:
    """What is wrong, what depends on it, and what to do."""
    lines = [f"the archive is not whole, so nothing was changed:\n  {state.faults[0]}"]
    lines += [f"  {fault}" for fault in state.faults[1:]]
    ranges = [fault.ids for fault in state.faults if fault.ids]
    if state.stores and ranges:
        leads = state.stores[0].count_leads(ranges)
        lines.append(f"{leads} leads of the present store have deliveries among these.")
    return "\n".join([*lines, TODO])
