"""calltouch snapshot: the tables as they were known at an instant, as a file."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import duckdb

from analytics.as_of.instant import read_instant
from analytics.as_of.snapshot import (
    NothingReceivedYet,
    TakenSnapshot,
    plan_snapshot,
    take_snapshot,
    timezone_of,
)
from analytics.published_file import NotPublished
from calltouch.cli.output import json_option, print_json, progress_bar
from receiver.digest.settle import why_unsettled
from receiver.ending import ending_on_signals, interruptible
from receiver.ops.logs import configure
from receiver.published import published_source
from receiver.settings.settings import Settings


@click.command(
    "snapshot", epilog="Example: calltouch snapshot --as-of 2026-11-20 --out november.duckdb"
)
@click.option(
    "--as-of",
    "written",
    metavar="INSTANT",
    required=True,
    help="Day (its end), local time or instant: 2026-11-20, 2026-11-20T09:00, "
    "2026-11-20T09:00+03:00.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write, outside the data directory.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@json_option
@ending_on_signals()
def command(written: str, out: Path, force: bool, as_json: bool) -> int:
    """Write the tables as they were known at an instant as a DuckDB file.

    It holds what had been received until then, under the same schema as the published file, and is
    read-only like that. Only the published file is read, so everything may run meanwhile.
    """
    configure()
    settings = Settings.load()
    out = out.resolve()
    _check_place(settings, out, force)
    try:
        taken = _take(settings, written, out)
    except (NotPublished, NothingReceivedYet) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from error
    except duckdb.Error as error:
        raise click.ClickException(f"cannot write {out}: {error}") from error
    _print(taken, as_json)
    return 0


def _check_place(settings: Settings, out: Path, force: bool) -> None:
    """Raises `click.UsageError`."""
    if out.is_relative_to(settings.data_dir.resolve()):
        raise click.UsageError(f"{out} is in the data directory; choose another place")
    if out.exists() and not force:
        raise click.UsageError(f"{out} is there already; --force replaces it")
    if out.exists() and not out.is_file():
        raise click.UsageError(f"{out} is not a file")


def _take(settings: Settings, written: str, out: Path) -> TakenSnapshot:
    published = published_source(settings)
    as_of = _instant(written, ZoneInfo(timezone_of(published)))
    plan = plan_snapshot(published, as_of)
    # What was received until then may not be in the file yet only if nothing later is.
    if plan.is_at_end and (why := why_unsettled(settings)):
        raise click.ClickException(f"{why}; run `calltouch settle` first")
    with progress_bar(plan.steps, "Writing") as bar:
        return take_snapshot(published, as_of, out, bar.update, interruptible)


def _instant(written: str, zone: ZoneInfo) -> datetime:
    """Raises `click.UsageError`."""
    try:
        as_of = read_instant(written, zone)
        is_over = as_of <= datetime.now(UTC)
    except (ValueError, OverflowError) as error:
        raise click.UsageError(f"--as-of {written} is not an instant: {error}") from error
    if not is_over:
        raise click.UsageError(f"--as-of {written} is not over yet; use one of the past")
    return as_of


def _print(taken: TakenSnapshot, as_json: bool) -> None:
    zone = taken.as_of.tzinfo
    last = taken.last_received_at.astimezone(zone)
    if as_json:
        print_json(
            asdict(taken) | {"as_of": taken.as_of.isoformat(), "last_received_at": last.isoformat()}
        )
        return
    click.echo(
        f"{taken.path}: as of {taken.as_of.isoformat()}: {taken.leads} leads, "
        f"{taken.deliveries} deliveries, the last one {taken.last_delivery_id} of "
        f"{last.isoformat(timespec='seconds')}; {taken.bytes / 1e6:.1f} MB"
    )
