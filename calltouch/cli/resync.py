"""calltouch resync: fetch leads from Calltouch's API into the inbox."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import click

from calltouch.cli.flaws import flaw_rows, print_flaws
from calltouch.cli.options import period, period_options
from calltouch.cli.output import json_option, print_json, print_table, progress_bar
from calltouch.cli.request_models import request_models_option
from receiver.calltouch_api.client import ApiError
from receiver.calltouch_api.exports import LeadType
from receiver.calltouch_api.flaws import Flaw
from receiver.data_dir import DataDir, prepare
from receiver.digest.settle import NotSettled
from receiver.ending import ending_on_signals
from receiver.inbox.writer import InboxUnavailable
from receiver.ops.logs import configure
from receiver.resync.daily import run_daily
from receiver.resync.plan import LEAD_TYPES, NothingToAsk, ResyncPlan, sites_to_ask
from receiver.resync.progress import PointsSpent, Progress
from receiver.resync.running import begin, count_records, resync
from receiver.settings.settings import Settings

# Time to finish API requests in progress; the next run fetches the rest.
_WORK_SECONDS = 2.0


@click.command(
    "resync",
    epilog="Example: calltouch resync --from 2026-11-01 --to yesterday --plan",
)
@period_options
@click.option("--site", "sites", type=int, multiple=True, help="Only this site; repeatable.")
@click.option("--calls", "only", flag_value="call", help="Only calls.")
@click.option("--requests", "only", flag_value="request", help="Only requests.")
@click.option(
    "--models",
    type=click.Choice(["1,0", "1", "0"]),
    default="1,0",
    show_default=True,
    help="Attribution models to fetch calls in: 1 last non-direct, 0 last interaction.",
)
@request_models_option
@click.option("--plan", "plan_only", is_flag=True, help="Show what it would cost; fetch nothing.")
@click.option("--dry-run", is_flag=True, help="Fetch and count, store nothing.")
@click.option("--anew", is_flag=True, help="Start over instead of resuming an interrupted run.")
@click.option(
    "--daily", is_flag=True, help="Keep running; fetch the last days daily at CALLTOUCH_RESYNC_AT."
)
@json_option
def command(
    first: date | str | None,
    last: date | str | None,
    trailing: int | None,
    sites: tuple[int, ...],
    only: LeadType | None,
    models: str,
    request_models: tuple[int | None, ...] | None,
    plan_only: bool,
    dry_run: bool,
    anew: bool,
    daily: bool,
    as_json: bool,
) -> None:
    """Fetch calls and requests of a period from Calltouch's API into the inbox.

    They are digested like webhook deliveries: new or changed data updates the leads, known data
    changes nothing. After Ctrl-C, run the same command again to resume.
    """
    configure()
    settings = Settings.load()
    if daily:
        _run_daily(settings)
        return
    try:
        asked = sites_to_ask(settings, sites)
    except NothingToAsk as error:
        raise click.UsageError(str(error)) from error
    plan = ResyncPlan(
        *period(settings, first, last, trailing),
        sites=asked,
        lead_types=(only,) if only else LEAD_TYPES,
        models=tuple(map(int, models.split(","))),
        request_models=request_models or settings.api_request_models,
    )
    if plan_only:
        _print(_cost(plan, settings), (), as_json)
    else:
        _print(*_resync(settings, plan, dry_run, anew), as_json)


def _print(numbers: dict[str, Any], unread: Sequence[Flaw], as_json: bool) -> None:
    if as_json:
        print_json({**numbers, "unread": flaw_rows(unread)} if "unread" in numbers else numbers)
        return
    print_table({"": name.replace("_", " "), " ": value} for name, value in numbers.items())
    print_flaws(unread)


def _cost(plan: ResyncPlan, settings: Settings) -> dict[str, Any]:
    windows = len(plan.windows())
    return {
        "days": (plan.last_day - plan.first_day).days + 1,
        "sites": len(plan.sites),
        "web_requests_at_least": windows,
        "points_at_least": windows,
        "points_per_day_and_site": settings.api_points_per_day or "not limited here",
        "seconds_at_least": round(windows / settings.api_per_second, 1),
    }


@ending_on_signals()
def _resync(
    settings: Settings, plan: ResyncPlan, dry_run: bool, anew: bool
) -> tuple[dict[str, Any], Sequence[Flaw]]:
    prepare(settings.data_dir)
    progress = Progress(DataDir(settings.data_dir).state)
    try:
        if dry_run:
            windows = plan.windows()
            with progress_bar(len(windows), "Fetching") as bar:
                records, unread = count_records(settings, progress, windows, bar.update)
            return {"would_keep": records, "unread": len(unread)}, unread
        run, windows = begin(progress, plan, anew)
        with progress_bar(len(windows), "Fetching") as bar:
            outcome = resync(settings, progress, run, windows, bar.update)
        return outcome.numbers(), outcome.unread
    except (ApiError, PointsSpent, InboxUnavailable, NotSettled) as error:
        raise click.ClickException(str(error)) from None
    finally:
        progress.close()


def _run_daily(settings: Settings) -> None:
    if settings.resync_at is None:
        raise click.UsageError("set CALLTOUCH_RESYNC_AT, for example to 04:30")
    prepare(settings.data_dir)
    with suppress(KeyboardInterrupt), ending_on_signals(_WORK_SECONDS) as stop:
        run_daily(settings, settings.resync_at, stop)
