"""calltouch export: the published tables as Parquet by month, for those who have no file share."""

from datetime import timedelta
from pathlib import Path

import click
import duckdb

from analytics.export.bucket import ExportBucket
from analytics.export.exporting import DoneExport, export, plan_export
from analytics.export.places import ExportDirectory, ExportFailed, ExportPlace
from analytics.export.tables import UnknownTables
from analytics.published_file import NotPublished, Published, PublishedFile, PublishedSource
from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, progress_bar
from receiver import __version__
from receiver.data_dir import DataDir
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.published import published_source
from receiver.settings.settings import Settings

_MEMORY = "500MB"


@click.command("export", epilog="Example: calltouch export --keyed --to s3://analytics/calltouch")
@click.option(
    "--to", "where", required=True, metavar="DIR|s3://BUCKET/PREFIX", help="Where the files go."
)
@click.option("--keyed", is_flag=True, help="Of calltouch-keyed.duckdb, the file without persons.")
@click.option("--tables", metavar="A,B", help="Only these.  [default: all but calls and requests]")
@click.option(
    "--grace",
    type=click.FloatRange(0),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="Keep files so long after the last manifest that named them.",
)
@dry_run_option
@json_option
@ending_on_signals()
def command(
    where: str, keyed: bool, tables: str | None, grace: float, dry_run: bool, as_json: bool
) -> int:
    """Write the published tables as Parquet by month into a directory or an S3 bucket.

    manifest.json names the files; it is written last. A month that has not changed is not written
    again. Credentials are taken from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and
    AWS_ENDPOINT_URL. Without --keyed the files hold personal data.
    """
    configure()
    settings = Settings.load()
    name, source = _source(settings, keyed)
    named = [name.strip() for name in (tables or "").split(",") if name.strip()]
    try:
        place = _place(where)
        with Published(source, _MEMORY, threads=1).reading() as db:
            plan = plan_export(db, name, settings.timezone, __version__, named)
            with progress_bar(plan.rows, "Exporting") as bar:
                hours = timedelta(hours=grace)
                done = export(db, plan, place, hours, bar.update, is_dry=dry_run)
    except (UnknownTables, ExportFailed, NotPublished, duckdb.Error, OSError) as error:
        # What somebody took for the way to give a key stands before the @.
        raise click.ClickException(f"{where.rpartition('@')[2]}: {error}") from None
    _print(where, done, dry_run, as_json)
    return 0


def _source(settings: Settings, keyed: bool) -> tuple[str, PublishedSource]:
    """What it is called in the manifest, and where it is."""
    if keyed:
        return "keyed", PublishedFile(DataDir(settings.data_dir).keyed)
    return "published", published_source(settings)


def _place(where: str) -> ExportPlace:
    if "://" in where:
        return ExportBucket(where)
    return ExportDirectory(Path(where).absolute())


def _print(where: str, done: DoneExport, is_dry: bool, as_json: bool) -> None:
    files = done.manifest.files
    count = sum(file.bytes for file in done.written)
    if as_json:
        print_json(
            {
                "to": where,
                "published_at": done.manifest.origin.published_at,
                "files": len(files),
                "rows": sum(file.rows for file in files),
                "written": [file.file for file in done.written],
                "written_bytes": count,
                "removed": list(done.removed),
                "manifest_was_damaged": done.was_damaged,
            }
        )
        return
    if done.was_damaged:
        click.echo("manifest.json was damaged: it is made anew", err=True)
    writes, removes = ("would write", "would remove") if is_dry else ("wrote", "removed")
    click.echo(
        f"{where}: {writes} {len(done.written)} of {len(files)} files, {count / 1e6:.1f} MB"
        + (f"; {removes} {len(done.removed)}" if done.removed else "")
    )
