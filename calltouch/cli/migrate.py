"""calltouch migrate: bring the store from the file into a lake, or back."""

import click
import duckdb

from analytics.lake.address import LakeAddress, lake_address, read_data, read_store
from analytics.lake.attaching import LakeUnreachable
from analytics.lake.extensions import LakeNotInstalled
from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table
from receiver.data_dir import DataDir, prepare
from receiver.digest.stores.migrating import MigrationFailed, into_file, into_lake
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.process_lock import DigestRunning, digest_lock
from receiver.settings.settings import Settings

_FILE = "file"


@click.command("migrate", epilog="Example: calltouch migrate --to file")
@click.option(
    "--to",
    "where",
    required=True,
    metavar="ducklake:postgres:…|file",
    help="Where the store is to be.",
)
@click.option("--data", metavar="DIR|s3://BUCKET/PREFIX", help="Of a lake: where its files go.")
@dry_run_option
@json_option
@ending_on_signals()
def command(where: str, data: str | None, dry_run: bool, as_json: bool) -> int:
    """Copy the store into a lake, or out of it into the file, and compare every row.

    Digest must not run meanwhile. Afterwards set CALLTOUCH_STORE and CALLTOUCH_STORE_DATA, or unset
    them. The store that was copied stays as it is. The password is CALLTOUCH_STORE_PASSWORD.
    """
    configure()
    settings = Settings.load()
    lake = _lake(settings, where, data)
    if dry_run:
        click.echo(f"would copy the store to {where} and compare every row")
        return 0
    prepare(settings.data_dir)
    place = DataDir(settings.data_dir)
    try:
        with digest_lock(settings.data_dir):
            copied = into_file(lake, place) if where == _FILE else into_lake(place, lake)
    except DigestRunning as running:
        raise click.ClickException(f"{running}; stop it first") from None
    except (MigrationFailed, LakeUnreachable, LakeNotInstalled, duckdb.Error, OSError) as error:
        raise click.ClickException(f"nothing was changed: {lake.redacted(str(error))}") from None
    if as_json:
        print_json({"to": where, "rows": copied})
    else:
        print_table({"table": table, "rows": rows} for table, rows in copied.items())
        click.echo(_next(where, lake))
    return 0


def _lake(settings: Settings, where: str, data: str | None) -> LakeAddress:
    if where == _FILE:
        if settings.lake is None:
            raise click.UsageError("the store is a file already: CALLTOUCH_STORE is not set")
        return settings.lake
    files = data or settings.store_data
    if files is None:
        raise click.UsageError("say where the lake's files go: --data, or CALLTOUCH_STORE_DATA")
    try:
        return lake_address(read_store(where), read_data(files), settings.store_password)
    except ValueError as error:
        raise click.UsageError(f"--to and --data must be {error}") from None


def _next(where: str, lake: LakeAddress) -> str:
    if where == _FILE:
        return "every row is there; unset CALLTOUCH_STORE and start digest"
    return f"every row is there; set CALLTOUCH_STORE={where!r} and CALLTOUCH_STORE_DATA={lake.data}"
