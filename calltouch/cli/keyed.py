"""calltouch keyed: make the file without persons."""

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import duckdb

from analytics.keyed.age import keyed_age
from analytics.keyed.making import MadeKeyedFile, make_keyed_file
from analytics.keyed.placing import FileAccess, KeyedFileTakenAway
from analytics.published_file import NotPublished
from analytics.sql_sandbox.kernel import first_out_of_memory
from calltouch.cli.output import json_option, print_json, print_table
from receiver.data_dir import DataDir, prepare
from receiver.ops.logs import configure
from receiver.person_key import keep_key_at, person_key
from receiver.process_lock import LockHeld, hold
from receiver.processes import available_memory
from receiver.published import published_source
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

_NICENESS = 10
# Measured at 100,000 and at a million leads: docs/performance.md.
_NEEDED, _MOST_NEEDED = 280 << 20, 1 << 30


@click.command("keyed", epilog="Example: calltouch keyed")
@click.option(
    "--if-due",
    is_flag=True,
    help="Only if there is a newer published file, and half of CALLTOUCH_KEYED_SECONDS is over.",
)
@json_option
def command(if_due: bool, as_json: bool) -> int:
    """Make calltouch-keyed.duckdb of the published file: the same tables without persons.

    `serve` does it every CALLTOUCH_KEYED_SECONDS. Phones, e-mails, names, addresses, comments and
    transcripts are left out, other texts lose what looks like a contact, and what tells persons
    apart becomes keys that still join.
    """
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    place = DataDir(settings.data_dir)
    keep_key_at(place.person_key, settings.person_key_file)
    os.nice(_NICENESS)
    first_out_of_memory()
    try:
        with hold(place.keyed_lock):
            if if_due:
                if not _is_due(settings, place):
                    return 0
                _check_room(settings)
            made = _make(settings, place)
    except LockHeld as held:
        raise click.ClickException(f"it is being made by {held}") from None
    except KeyedFileTakenAway:
        raise click.ClickException(
            "somebody was erased meanwhile, so this one is not kept; make it again"
        ) from None
    except (NotPublished, duckdb.Error, OSError) as error:
        raise click.ClickException(str(error)) from None
    if if_due and not as_json:
        log.info("%s: %.1f MB in %.1f s", place.keyed, made.bytes / 1e6, made.seconds)
    else:
        _print(place.keyed, made, as_json)
    return 0


def _make(settings: Settings, place: DataDir) -> MadeKeyedFile:
    access = FileAccess(settings.keyed_mode, settings.keyed_group)
    return make_keyed_file(
        published_source(settings), place.keyed, person_key(place.person_key), access
    )


def _is_due(settings: Settings, place: DataDir) -> bool:
    age = keyed_age(place.keyed, published_source(settings))
    if age is None:
        return True
    soonest = age.keyed_at + timedelta(seconds=settings.keyed_seconds / 2)
    return age.is_behind and datetime.now(UTC) >= soonest


def _check_room(settings: Settings) -> None:
    """That there is memory for it, and nobody else has to make way. It counts as a failure: then
    `serve` waits longer and longer, also where there is no keyed file yet."""
    needed = min(_NEEDED + 2 * published_source(settings).size(), _MOST_NEEDED)
    free = available_memory()
    if free is not None and free < needed:
        raise click.ClickException(
            f"the keyed file needs {needed >> 20} MB of memory and {free >> 20} MB are free, so it"
            " is left as it is; `calltouch keyed` makes it all the same"
        )


def _print(target: Path, made: MadeKeyedFile, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "file": str(target),
                "rows": dict(made.rows),
                "seconds": round(made.seconds, 1),
                "bytes": made.bytes,
                "published_at": made.published_at.isoformat(),
                "keyed_at": made.keyed_at.isoformat(),
            }
        )
        return
    print_table({"table": table, "rows": rows} for table, rows in made.rows.items())
    click.echo(f"{target}: {made.bytes / 1e6:.1f} MB in {made.seconds:.1f} s")
