"""Options that commands share: --dry-run, and days: `2026-11-21`, `today`, `yesterday`, `10d`."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from receiver.settings.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

dry_run_option = click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")

_WORDS = {"today": 0, "yesterday": 1}


def read_day(
    context: click.Context, option: click.Parameter, text: str | None
) -> date | str | None:
    """A date, or a word to be resolved later in the account's time zone."""
    if text is None or text in _WORDS:
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text} is not a date; use 2026-11-21, today or yesterday"
        ) from None


def read_trailing(context: click.Context, option: click.Parameter, text: str | None) -> int | None:
    """A number of days up to today."""
    if text is None:
        return None
    match = re.fullmatch(r"([1-9]\d{0,3})d?", text)
    if not match:
        raise click.BadParameter(f"{text} is not a number of days; use a value like 10d")
    return int(match[1])


def period_options(command: Command) -> Command:
    """Adds the period options: `first`, `last`, `trailing`."""
    for option in reversed(_PERIOD):
        command = option(command)
    return command


def period(
    settings: Settings, first: date | str | None, last: date | str | None, trailing: int | None
) -> tuple[date, date]:
    """First and last day. Raises `click.UsageError` if they do not form a period."""
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    if trailing is not None:
        if first or last:
            raise click.UsageError("use either --trailing or --from/--to, not both")
        return today - timedelta(days=trailing - 1), today
    if first is None:
        raise click.UsageError(
            "give a period: --from 2026-11-01 --to 2026-11-21, or --trailing 10d"
        )
    start, end = (_day(given, today) for given in (first, last or today))
    if end < start:
        raise click.UsageError(f"--to {end} is before --from {start}")
    return start, min(end, today)


def _day(given: date | str, today: date) -> date:
    return given if isinstance(given, date) else today - timedelta(days=_WORDS[given])


_PERIOD = (
    click.option(
        "--from",
        "first",
        metavar="DAY",
        callback=read_day,
        help="First day, in the account's time zone: 2026-11-21, today or yesterday.",
    ),
    click.option(
        "--to",
        "last",
        metavar="DAY",
        callback=read_day,
        help="Last day, inclusive.  [default: today]",
    ),
    click.option(
        "--trailing",
        metavar="DAYS",
        callback=read_trailing,
        help="The last N days, like 10d, instead of --from/--to.",
    ),
)
