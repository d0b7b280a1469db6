"""calltouch upkeep: keep a lake in shape now."""

import time
from contextlib import closing

import click
import duckdb

from analytics.lake.attaching import LakeUnreachable
from analytics.lake.extensions import LakeNotInstalled
from analytics.lake.upkeep import carry_out, upkeep_steps
from calltouch.cli.options import dry_run_option
from receiver.data_dir import DataDir, prepare
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.stores.makers import store_of
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.process_lock import DigestRunning, digest_lock
from receiver.settings.settings import Settings

_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 3600.0


@click.command("upkeep", epilog="Example: calltouch upkeep")
@dry_run_option
@ending_on_signals()
def command(dry_run: bool) -> None:
    """Keep a lake in shape now; a running digest does so every hour by itself.

    Rows that lie in PostgreSQL become files, small files become larger ones, deleted rows and
    snapshots of more than a day ago go. Readers notice nothing.
    """
    configure()
    settings = Settings.load()
    if settings.lake is None:
        raise click.ClickException("the store is a file, which needs no upkeep")
    if dry_run:
        click.echo("would flush, rewrite and merge each table, then end snapshots of a day ago")
        return
    prepare(settings.data_dir)
    try:
        with digest_lock(settings.data_dir):
            _keep(settings)
    except DigestRunning as running:
        if str(settings.data_dir) not in str(running):
            raise click.ClickException(f"{running}, which does it every hour") from None
        _wait(settings)
    except (LakeUnreachable, LakeNotInstalled, duckdb.Error) as error:
        raise click.ClickException(str(error)) from None


def _keep(settings: Settings) -> None:
    store = store_of(settings)
    with closing(store):
        if not store.is_there():
            raise click.ClickException("there is no lake yet: run `calltouch digest --once`")
        with store.open_as_it_is(fingerprint_for(settings)) as db:
            for step in [*upkeep_steps(db)]:
                carry_out(db, step)


def _wait(settings: Settings) -> None:
    """For the digest of this machine."""
    wanted = DataDir(settings.data_dir).upkeep_wanted
    wanted.touch()
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while wanted.exists():
        if time.monotonic() > give_up_at:
            raise click.ClickException("digest has not come to it within an hour")
        time.sleep(_POLL_SECONDS)
