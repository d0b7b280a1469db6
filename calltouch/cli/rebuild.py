"""calltouch rebuild: the store made again from the raw deliveries."""

import os
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import click

from analytics.compare import Comparison, compare
from analytics.published_file import NotPublished, Published
from analytics.store import last_delivery_id
from calltouch.cli import DIFFERENCES
from calltouch.cli.output import json_option, print_json, print_table, progress_bar
from receiver.data_dir import DataDir, prepare
from receiver.digest.archive.accept_loss import LossSummary, save_what_is_left
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.archive.state import ArchiveState, checking, refusal
from receiver.digest.rebuild import RebuildIncomplete, count_missing, rebuild
from receiver.digest.running import Digest
from receiver.digest.store_files import remove_store
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.process_lock import DigestRunning, digest_lock
from receiver.settings.settings import Settings

_TAKE_OVER_SECONDS = 600.0


@click.command("rebuild", epilog="Example: calltouch rebuild --verify")
@click.option(
    "--verify",
    is_flag=True,
    help="Only compare: rebuild into a temporary file and say which rows differ from the "
    "published ones. Exit code 3 if any do, or if the archive is not whole.",
)
@click.option(
    "--accept-loss",
    is_flag=True,
    help="Go on although the archive has lost deliveries: keep what the present store knows of "
    "them (parameters, not bytes) and give up the rest, in writing.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@json_option
@ending_on_signals()
def command(verify: bool, accept_loss: bool, dry_run: bool, as_json: bool) -> int:
    """Make the store again from archive and inbox, and put it in the place of the old one.

    Nothing is touched unless the archive is whole. A running digest goes on working meanwhile and
    takes the new store over at the end.
    """
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    if dry_run:
        return _say_what_would_be_done(settings)
    return _verify(settings, as_json) if verify else _replace(settings, accept_loss, as_json)


def _say_what_would_be_done(settings: Settings) -> int:
    with checking(settings) as state:
        for fault in state.faults:
            click.echo(str(fault))
    click.echo(f"would read {count_missing(settings)} deliveries and write a new store")
    return 0


def _verify(settings: Settings, as_json: bool) -> int:
    """Against what was accepted, as manifest and inbox say."""
    place = DataDir(settings.data_dir)
    with checking(settings) as state:
        if state.faults:
            return _report_faults(state, as_json)
    try:
        with Published(place.published).reading() as db:
            until_id = max(last_delivery_id(db), Archive(place.archive).last_id())
            # The published file may be replaced meanwhile: compare with the one that was asked.
            with tempfile.TemporaryDirectory(prefix="rebuild-", dir=place.root) as directory:
                published = Path(directory) / "published.duckdb"
                os.link(place.published, published)
                rebuilt = Path(directory) / "rebuilt.duckdb"
                _rebuild(settings, rebuilt, until_id)
                comparison = compare(published, rebuilt, ("published", "rebuilt"))
    except NotPublished as error:
        raise click.ClickException(f"{error}; run `calltouch settle` first") from error
    _report(comparison, until_id, as_json)
    return 0 if comparison.is_equal else DIFFERENCES


def _report_faults(state: ArchiveState, as_json: bool) -> int:
    if as_json:
        print_json({"archive_faults": [asdict(fault) for fault in state.faults]})
    else:
        click.echo(refusal(state))
    return DIFFERENCES


def _replace(settings: Settings, accept_loss: bool, as_json: bool) -> int:
    place = DataDir(settings.data_dir)
    started = time.monotonic()
    saving = LossSummary(0, 0, 0)
    with checking(settings, also_own=accept_loss) as state:
        if state.faults and not accept_loss:
            raise click.ClickException(refusal(state))
        if state.faults:
            saving = save_what_is_left(state.archive, state.faults, state.stores, state.end)
            _echo_saving(saving)
    unfinished = place.root / "store.rebuilding.duckdb"
    deliveries = _rebuild(settings, unfinished, None)
    unfinished.rename(place.rebuilt)
    _hand_over(settings, place)
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print_json({"deliveries": deliveries, "seconds": seconds, **asdict(saving)})
    else:
        click.echo(f"{deliveries} deliveries rebuilt in {seconds} s")
    return 0


def _echo_saving(saving: LossSummary) -> None:
    click.echo(
        f"of what the archive lost {saving.proven} deliveries keep their bytes, {saving.saved} are "
        f"kept as the store knew them, {saving.lost} are given up",
        err=True,
    )


def _rebuild(settings: Settings, target: Path, until_id: int | None) -> int:
    length = until_id or count_missing(settings)
    try:
        with progress_bar(length, "Rebuilding") as bar:
            return rebuild(settings, target, until_id, bar.update)
    except (DamagedFile, RebuildIncomplete) as error:
        remove_store(target)
        raise click.ClickException(f"nothing was changed: {error}") from error
    except BaseException:
        remove_store(target)
        raise


def _hand_over(settings: Settings, place: DataDir) -> None:
    """To the running digest, which looks for it; without one this is done here."""
    give_up_at = time.monotonic() + _TAKE_OVER_SECONDS
    while place.rebuilt.exists():
        try:
            with digest_lock(settings.data_dir):
                Digest(settings).finish()
        except DigestRunning as running:
            if time.monotonic() > give_up_at:
                raise click.ClickException(f"the new store was not taken over: {running}") from None
            time.sleep(0.1)


def _report(comparison: Comparison, until_id: int, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "last_delivery_id": until_id,
                "rows": comparison.rows,
                "differing": comparison.differing,
                "examples": [
                    {"table": e.table, "only_in": e.only_in, **e.key} for e in comparison.examples
                ],
            }
        )
        return
    print_table(
        {"table": table, "rows": rows, "differing": comparison.differing[table]}
        for table, rows in comparison.rows.items()
    )
    for example in comparison.examples:
        key = ", ".join(f"{name} {value}" for name, value in example.key.items())
        click.echo(
            f"{example.table}: {key}: only in the {example.only_in} file, or different there"
        )
    click.echo(
        f"equal up to delivery {until_id}" if comparison.is_equal else "the two stores differ"
    )
