"""calltouch archive: check that every delivery is still there, byte for byte."""

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime

import click

from calltouch.cli import DIFFERENCES
from calltouch.cli.output import json_option, print_json, progress_bar
from receiver.data_dir import DataDir, prepare
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import full_check
from receiver.digest.archive.coverage import archived_end
from receiver.digest.archive.faults import TODO, ArchiveFault
from receiver.digest.archive.present_stores import present_stores
from receiver.inbox.reader import InboxReader
from receiver.ops.logs import configure
from receiver.settings.settings import Settings


@click.group("archive", epilog="Example: calltouch archive check")
def command() -> None:
    """The archive of raw deliveries."""


@command.command("check", epilog="Example: calltouch archive check")
@json_option
def check(as_json: bool) -> int:
    """Check every archive file against its checksum, its delivery ids and the store.

    `serve` also does this with every file once a month. Exit code 3 if anything is wrong.
    """
    configure()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    settings = Settings.load()
    prepare(settings.data_dir)
    archive = Archive(DataDir(settings.data_dir).archive)
    faults = _check(settings, archive)
    contents = archive.manifest.contents()
    if contents.begun_at:
        bad = {fault.file for fault in faults}
        with archive.manifest.changing() as known:
            archive.manifest.note_checked(dict.fromkeys(known.files.keys() - bad, now))
    files = archive.entries()
    counted = {
        "files": len(files),
        "deliveries": sum(entry.count for entry in files),
        "bytes": sum(entry.bytes for entry in files),
        "saved": sum(entry.saved for entry in files),
        "lost": sum(lost.count for lost in contents.lost),
    }
    if as_json:
        print_json({**counted, "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(_summary(counted, faults))
    return DIFFERENCES if faults else 0


def _check(settings: Settings, archive: Archive) -> list[ArchiveFault]:
    data_dir = DataDir(settings.data_dir)
    with closing(InboxReader(data_dir.inbox)) as reader, present_stores(settings) as stores:
        reference = next(iter(stores), None)
        end = archived_end(archive, reader.look(), reference)
        total = sum(entry.bytes for entry in archive.entries())
        with progress_bar(total, "Checking") as bar:
            faults = full_check(archive, reference, end, bar.update)
    unknown = [
        ArchiveFault("unknown", "is not in the manifest; digest adopts it if it fits", path.name)
        for path in archive.unknown_files()
    ]
    return faults + unknown


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"


def _summary(counted: dict[str, int], faults: list[ArchiveFault]) -> str:
    total = f"{counted['deliveries']} deliveries in {_files(counted['files'])}"
    if counted["saved"]:
        total += f", {counted['saved']} of them recovered from the store"
    if counted["lost"]:
        total += f"; {counted['lost']} deliveries were given up as lost"
    if not faults:
        return f"{total}: everything is intact"
    return f"{total}: problems found. {TODO}"
