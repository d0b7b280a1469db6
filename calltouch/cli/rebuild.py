"""calltouch rebuild: rebuild the store from the raw deliveries."""

import os
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import click
import duckdb
from duckdb import DuckDBPyConnection

from analytics.compare import Attach, Comparison, compare
from analytics.lake.address import LakeAddress
from analytics.lake.attaching import attach_lake, snapshot_of
from analytics.lake.catalog import current_lake
from analytics.published_file import NotPublished, Published, PublishedFile
from analytics.store import last_delivery_id
from calltouch.cli import DIFFERENCES
from calltouch.cli.output import json_option, print_json, print_table, progress_bar
from receiver.data_dir import DataDir, prepare
from receiver.digest.archive.accept_loss import LossSummary, save_what_is_left
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.archive.reference import Reference
from receiver.digest.archive.state import ArchiveState, checking, refusal
from receiver.digest.rebuild import RebuildIncomplete, count_missing, rebuild
from receiver.digest.running import Digest
from receiver.digest.stores.digest_store import DigestStore, NewStore
from receiver.digest.stores.file_store import NewFile
from receiver.digest.stores.makers import store_of
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.process_lock import DigestRunning, digest_lock
from receiver.settings.settings import Settings

_TAKE_OVER_SECONDS = 600.0


@click.command("rebuild", epilog="Example: calltouch rebuild --verify")
@click.option(
    "--verify",
    is_flag=True,
    help="Only compare: rebuild into a temporary file and show rows that differ from the "
    "published ones. Exit code 3 if any do, or if the archive is incomplete.",
)
@click.option(
    "--accept-loss",
    is_flag=True,
    help="Continue although the archive has lost deliveries: keep their parameters (not the raw "
    "bytes) from the present store and record the rest as lost.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@json_option
@ending_on_signals()
def command(verify: bool, accept_loss: bool, dry_run: bool, as_json: bool) -> int:
    """Rebuild the store from the archive and the inbox, and replace the old one.

    Nothing changes unless the archive is complete. A running digest keeps working meanwhile and
    takes over the new store at the end.
    """
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    if dry_run:
        return _show_plan(settings)
    return _verify(settings, as_json) if verify else _replace(settings, accept_loss, as_json)


def _show_plan(settings: Settings) -> int:
    with checking(settings) as state:
        for fault in state.faults:
            click.echo(str(fault))
    click.echo(f"would read {count_missing(settings)} deliveries and write a new store")
    return 0


def _verify(settings: Settings, as_json: bool) -> int:
    """Compare with everything accepted so far, per manifest and inbox."""
    data_dir = DataDir(settings.data_dir)
    with checking(settings) as state:
        if state.faults:
            return _report_faults(state, as_json)
    archived = Archive(data_dir.archive).last_id()
    try:
        with tempfile.TemporaryDirectory(prefix="rebuild-", dir=data_dir.root) as directory:
            last_id, published = _published(settings, Path(directory))
            until_id = max(last_id, archived)
            rebuilt = Path(directory) / "rebuilt.duckdb"
            _rebuild(settings, NewFile(rebuilt), until_id)
            comparison = compare(published, rebuilt, ("published", "rebuilt"))
    except NotPublished as error:
        raise click.ClickException(f"{error}; run `calltouch settle` first") from error
    _report(comparison, until_id, as_json)
    return 0 if comparison.is_equal else DIFFERENCES


def _published(settings: Settings, directory: Path) -> tuple[int, Path | Attach]:
    """What is published now, which may be replaced meanwhile, and its last delivery."""
    if settings.lake is not None:
        return _lake_as_it_is(settings.lake)
    data_dir = DataDir(settings.data_dir)
    with Published(PublishedFile(data_dir.published)).reading() as db:
        published = directory / "published.duckdb"
        os.link(data_dir.published, published)
        return last_delivery_id(db), published


def _lake_as_it_is(lake: LakeAddress) -> tuple[int, Attach]:
    place = current_lake(lake)
    if place is None:
        raise NotPublished("there is no lake yet")
    with duckdb.connect() as db:
        attach_lake(db, lake, place, "known")
        at = snapshot_of(db, "known")

    def attach(db: DuckDBPyConnection, name: str) -> None:
        attach_lake(db, lake, place, name, snapshot=at)

    with duckdb.connect() as db:
        attach(db, "known")
        return Reference(db, is_attached=True).last_id(), attach


def _report_faults(state: ArchiveState, as_json: bool) -> int:
    if as_json:
        print_json({"archive_faults": [asdict(fault) for fault in state.faults]})
    else:
        click.echo(refusal(state))
    return DIFFERENCES


def _replace(settings: Settings, accept_loss: bool, as_json: bool) -> int:
    started = time.monotonic()
    saving = LossSummary(0, 0, 0)
    with checking(settings, also_own=accept_loss) as state:
        if state.faults and not accept_loss:
            raise click.ClickException(refusal(state))
        if state.faults:
            saving = save_what_is_left(state.archive, state.faults, state.stores, state.end)
            _echo_saving(saving)
    store = store_of(settings)
    new = store.new(by_command=True)
    deliveries = _rebuild(settings, new, None)
    try:
        new.finish()
    except FileNotFoundError:
        raise click.ClickException("a person was erased meanwhile; run it again") from None
    _hand_over(settings, store)
    store.close()
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print_json({"deliveries": deliveries, "seconds": seconds, **asdict(saving)})
    else:
        click.echo(f"{deliveries} deliveries rebuilt in {seconds} s")
    return 0


def _echo_saving(saving: LossSummary) -> None:
    click.echo(
        f"of the deliveries missing from the archive, {saving.proven} keep their raw bytes, "
        f"{saving.saved} were recovered from the store, {saving.lost} are lost",
        err=True,
    )


def _rebuild(settings: Settings, new: NewStore, until_id: int | None) -> int:
    length = until_id or count_missing(settings)
    try:
        with progress_bar(length, "Rebuilding") as bar:
            return rebuild(settings, new, until_id, bar.update)
    except (DamagedFile, RebuildIncomplete) as error:
        new.give_up()
        raise click.ClickException(f"nothing was changed: {error}") from error
    except BaseException:
        new.give_up()
        raise


def _hand_over(settings: Settings, store: DigestStore) -> None:
    """Wait for the running digest to take the new store over; without one, do it here."""
    give_up_at = time.monotonic() + _TAKE_OVER_SECONDS
    while store.has_new():
        try:
            with digest_lock(settings.data_dir):
                Digest(settings).finish()
        except DigestRunning as running:
            if time.monotonic() > give_up_at:
                raise click.ClickException(
                    f"digest has not taken the store over: {running}"
                ) from None
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
        f"identical up to delivery {until_id}" if comparison.is_equal else "the stores differ"
    )
