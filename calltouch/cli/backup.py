"""calltouch backup: copy all that cannot be made again, while everything runs."""

from contextlib import suppress
from pathlib import Path

import click

from calltouch.cli import DIFFERENCES
from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, progress_bar
from receiver.backup.daily import run_daily_backup
from receiver.backup.shelf import BackupShelf
from receiver.backup.taking import (
    BackupFailed,
    TakenBackup,
    plan_backup,
    take_backup,
)
from receiver.backup.tidying import keep_newest
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.settings.settings import Settings


@click.command("backup", epilog="Example: calltouch backup --to /mnt/backups --keep 14")
@click.option(
    "--to",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory of the backups.  [default: CALLTOUCH_BACKUP_TO]",
)
@click.option(
    "--keep", type=click.IntRange(1), metavar="N", help="Then remove all but the newest N."
)
@click.option("--daily", is_flag=True, help="Keep running; back up daily at CALLTOUCH_BACKUP_AT.")
@dry_run_option
@json_option
def command(
    directory: Path | None, keep: int | None, daily: bool, dry_run: bool, as_json: bool
) -> int:
    """Make a consistent backup while everything runs.

    A directory with all that cannot be made again, which `calltouch restore` puts back. What has
    not changed since the last one is linked, not copied. Exit code 3 if something could not be
    read; the backup then holds the rest.
    """
    configure()
    settings = Settings.load()
    directory = directory or settings.backup_to
    if directory is None:
        raise click.UsageError("say where: --to DIR, or set CALLTOUCH_BACKUP_TO")
    shelf = BackupShelf(directory.absolute())
    if daily:
        return _stay(settings, shelf)
    try:
        if dry_run:
            return _show_plan(settings, shelf, as_json)
        taken, removed = _back_up(settings, shelf, keep)
    except BackupFailed as error:
        raise click.ClickException(str(error)) from None
    _print(taken, removed, as_json)
    return DIFFERENCES if taken.manifest.faults else 0


def _stay(settings: Settings, shelf: BackupShelf) -> int:
    if settings.backup_at is None:
        raise click.UsageError("set CALLTOUCH_BACKUP_AT, for example to 03:15")
    with suppress(KeyboardInterrupt), ending_on_signals() as stop:
        run_daily_backup(settings, shelf, settings.backup_at, stop)
    return 0


def _show_plan(settings: Settings, shelf: BackupShelf, as_json: bool) -> int:
    plan = plan_backup(settings, shelf)
    if as_json:
        print_json({"linked": plan.linked, "copied_bytes": plan.copied_bytes})
    else:
        click.echo(f"would copy {_megabytes(plan.copied_bytes)} and link {plan.linked} files")
    return 0


@ending_on_signals()
def _back_up(
    settings: Settings, shelf: BackupShelf, keep: int | None
) -> tuple[TakenBackup, tuple[Path, ...]]:
    plan = plan_backup(settings, shelf)
    with progress_bar(plan.copied_bytes + plan.linked_bytes, "Backing up") as bar:
        taken = take_backup(settings, shelf, bar.update)
    return taken, () if keep is None else keep_newest(shelf, keep)


def _print(taken: TakenBackup, removed: tuple[Path, ...], as_json: bool) -> None:
    manifest = taken.manifest
    if as_json:
        print_json(
            {
                "backup": str(taken.path),
                "began_at": manifest.began_at,
                "ended_at": manifest.ended_at,
                "deliveries": manifest.deliveries,
                "files": len(manifest.files),
                "bytes": manifest.bytes,
                "linked": taken.linked,
                "copied_bytes": taken.copied_bytes,
                "faults": list(manifest.faults),
                "left_out": list(manifest.strangers),
                "removed": [path.name for path in removed],
            }
        )
        return
    click.echo(
        f"{taken.path}: {manifest.deliveries} deliveries; {_megabytes(taken.copied_bytes)} copied, "
        f"{taken.linked} of {len(manifest.files)} files linked to the last one"
    )
    for fault in manifest.faults:
        click.echo(f"not in it: {fault}", err=True)
    if manifest.strangers:
        click.echo(f"left out, as nobody knows it: {', '.join(manifest.strangers)}", err=True)
    if removed:
        click.echo(f"removed: {', '.join(path.name for path in removed)}")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
