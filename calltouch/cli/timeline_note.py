"""calltouch note: what people note about a time, "campaign started"."""

from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from calltouch.cli.output import json_option, print_json, print_table
from calltouch.cli.user_changes import changing
from dashboards.access.audit import COMMAND_LINE, Action
from receiver.alerts.timeline_notes import (
    BadNote,
    TimelineNote,
    add_note,
    notes_newest_first,
    open_notes,
    remove_note,
)
from receiver.data_dir import DataDir, prepare
from receiver.settings.settings import Settings

_FAULTS = {
    "text": "the text is empty, or has characters that cannot be seen",
    "long": "the text is longer than 500 characters",
    "order": "--until is before --at",
}
_MOMENTS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


@click.group(
    "note", epilog='Example: calltouch note add "Campaign started" --at "2026-11-20 09:30"'
)
def command() -> None:
    """Notes of people, which charts mark and the table `notes` has."""


@command.command("add", epilog='Example: calltouch note add "Site down" --site 123 --at 2026-11-20')
@click.argument("text")
@click.option("--at", type=click.DateTime(_MOMENTS), help="By the configured zone; now by default.")
@click.option("--until", type=click.DateTime(_MOMENTS), help="When it ended, if it lasted.")
@click.option("--site", type=click.IntRange(0), help="Calltouch site ID; all sites by default.")
def add(text: str, at: datetime | None, until: datetime | None, site: int | None) -> int:
    """Note what happened. Keep personal data out of it."""
    settings = Settings.load()
    prepare(settings.data_dir)
    zone = ZoneInfo(settings.timezone)
    began_at = datetime.now(zone) if at is None else at.replace(tzinfo=zone)
    ended_at = None if until is None else until.replace(tzinfo=zone)
    note = TimelineNote(began_at, ended_at, site, text, COMMAND_LINE)
    with changing() as change:
        change.note(Action.NOTE_ADDED, "")
    try:
        with closing(open_notes(DataDir(settings.data_dir).state)) as db:
            number = add_note(db, note, datetime.now(UTC))
    except BadNote as error:
        raise click.ClickException(_FAULTS[error.fault]) from error
    click.echo(f"note {number}")
    return 0


@command.command("list", epilog="Example: calltouch note list --json")
@json_option
def listing(as_json: bool) -> int:
    """The newest first."""
    settings = Settings.load()
    zone = ZoneInfo(settings.timezone)
    with closing(open_notes(DataDir(settings.data_dir).state)) as db:
        rows = [
            {
                "note": number,
                "at": f"{note.began_at.astimezone(zone):%Y-%m-%d %H:%M}",
                "until": f"{note.ended_at.astimezone(zone):%Y-%m-%d %H:%M}"
                if note.ended_at
                else "",
                "site": note.site_id or "",
                "text": note.text,
                "author": note.author,
            }
            for number, note in notes_newest_first(db)
        ]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(rows)
    else:
        click.echo("there are no notes")
    return 0


@command.command("remove", epilog="Example: calltouch note remove 3")
@click.argument("number", type=click.IntRange(1))
def remove(number: int) -> int:
    """Remove a note by its number."""
    settings = Settings.load()
    with changing() as change:
        change.note(Action.NOTE_REMOVED, f"{number}")
    with closing(open_notes(DataDir(settings.data_dir).state)) as db:
        if not remove_note(db, number):
            raise click.ClickException(f"there is no note {number}")
    return 0
