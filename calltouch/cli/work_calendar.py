"""calltouch calendar: the account's own working hours and days."""

from collections.abc import Iterator, Sequence

import click

from analytics.calendar.definition import (
    COUNTRIES,
    OFF,
    WEEKDAYS,
    CalendarFault,
    InvalidCalendar,
    WorkCalendar,
    calendar_of,
    read_calendar,
    write_calendar,
)
from calltouch.calendar_file import StoredCalendar
from calltouch.cli.options import dry_run_option
from calltouch.cli.user_changes import changing, say
from dashboards.access.audit import Action
from dashboards.pages.calendar.desk import CalendarChanged, CalendarNotWritten
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

_AS_USUAL = "usual"


@click.command("calendar", epilog="Example: calltouch calendar --hours mon-fri=09:00-18:00")
@click.option("--country", type=click.Choice(COUNTRIES), help="Whose holidays.")
@click.option(
    "--hours",
    multiple=True,
    metavar="WEEKDAYS=HOURS",
    help="Of a weekday or of several in a row: mon-fri=09:00-18:00, sun=off. Repeatable.",
)
@click.option(
    "--day",
    "days",
    multiple=True,
    metavar="DAY=HOURS",
    help="An exception: 2026-12-31=off; 2026-12-31=usual takes it back. Repeatable.",
)
@dry_run_option
def command(
    country: str | None, hours: tuple[str, ...], days: tuple[str, ...], dry_run: bool
) -> None:
    """Print calendar.toml, or change it: your working hours, days off and working days.

    Pages follow with the next publication, usually within a second or two.
    """
    desk = StoredCalendar(DataDir(Settings.load().data_dir).calendar)
    file = desk.file()
    try:
        before = read_calendar(file.text or "")
        after = _changed(before, country or before.country, hours, days)
    except InvalidCalendar as error:
        raise click.ClickException(f"calendar.toml: {error}") from error
    text = write_calendar(after)
    if country or hours or days:
        _save(desk, file.seen, text, dry_run)
    click.echo(text, nl=False)


def _save(desk: StoredCalendar, seen: str, text: str, dry_run: bool) -> None:
    with changing(dry_run) as change:
        change.note(Action.CALENDAR_CHANGED, "")
    if not dry_run:
        try:
            desk.save(seen, text)
        except CalendarChanged:
            raise click.ClickException("calendar.toml has just been changed; try again") from None
        except CalendarNotWritten as error:
            raise click.ClickException(f"calendar.toml was not written: {error}") from error
    say(dry_run, "changed calendar.toml")


def _changed(
    before: WorkCalendar, country: str, hours: Sequence[str], days: Sequence[str]
) -> WorkCalendar:
    """Raises `InvalidCalendar`."""
    week = {WEEKDAYS[number]: f"{hours}" for number, hours in before.hours.items()}
    week |= {name: own for pair in hours for name, own in _weekdays(*_pair(pair))}
    exceptions = {f"{day}": f"{own or OFF}" for day, own in before.days.items()}
    exceptions |= dict(map(_pair, days))
    kept = {day: own for day, own in exceptions.items() if own != _AS_USUAL}
    return calendar_of(country, week, kept)


def _weekdays(names: str, hours: str) -> Iterator[tuple[str, str]]:
    first, _, last = names.partition("-")
    for name in (first, last or first):
        if name not in WEEKDAYS:
            raise InvalidCalendar(CalendarFault.WEEKDAY, name)
    for name in WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]:
        yield name, hours


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()
