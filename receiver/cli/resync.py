"""calltouch resync: fetch leads from Calltouch's API into the inbox."""

from datetime import date
from typing import Any

import click

from analytics.published import Published
from analytics.reports import run_report
from receiver.api.client import ApiError
from receiver.api.exports import LeadType, Window
from receiver.cli.days import period, read_day, read_trailing
from receiver.cli.output import json_option, print_json, print_table, progress_bar
from receiver.data_dir import DataDir, prepare
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxUnavailable, InboxWriter
from receiver.logs import configure
from receiver.resync.fetching import Fetched, Fetching
from receiver.resync.plan import LEAD_TYPES, NothingToAsk, Plan, sites_to_ask
from receiver.resync.progress import PointsSpent, Progress, Run
from receiver.settings import Settings
from receiver.settle import NotSettled, settle

_SETTLE_SECONDS = 600.0


@click.command(
    "resync",
    epilog="Example: calltouch resync --from 2026-11-01 --to yesterday --plan",
)
@click.option(
    "--from",
    "first",
    metavar="DAY",
    callback=read_day,
    help="First day, in the account's time zone: 2026-11-21, today or yesterday.",
)
@click.option(
    "--to", "last", metavar="DAY", callback=read_day, help="Last day, included.  [default: today]"
)
@click.option(
    "--trailing",
    metavar="DAYS",
    callback=read_trailing,
    help="Instead: so many days up to today, like 10d.",
)
@click.option("--site", "sites", type=int, multiple=True, help="Only this site; may be repeated.")
@click.option("--calls", "only", flag_value="call", help="Only calls.")
@click.option("--requests", "only", flag_value="request", help="Only requests.")
@click.option(
    "--models",
    type=click.Choice(["1,0", "1", "0"]),
    default="1,0",
    show_default=True,
    help="Attribution models to fetch calls in: 1 last non-direct, 0 last interaction.",
)
@click.option("--plan", "plan_only", is_flag=True, help="Say what it costs, fetch nothing.")
@click.option("--dry-run", is_flag=True, help="Fetch and count, keep nothing.")
@click.option("--anew", is_flag=True, help="Fetch finished days of an interrupted run again.")
@json_option
def command(
    first: date | str | None,
    last: date | str | None,
    trailing: int | None,
    sites: tuple[int, ...],
    only: LeadType | None,
    models: str,
    plan_only: bool,
    dry_run: bool,
    anew: bool,
    as_json: bool,
) -> None:
    """Fetch calls and requests of some days from Calltouch's API into the inbox.

    They go the road of all deliveries: what is new or differs shows up in the leads, what is known
    changes nothing. Run the same command again after Ctrl-C and it goes on where it stopped.
    """
    configure()
    settings = Settings.load()
    try:
        asked = sites_to_ask(settings, sites)
    except NothingToAsk as error:
        raise click.UsageError(str(error)) from error
    plan = Plan(
        *period(settings, first, last, trailing),
        sites=asked,
        lead_types=(only,) if only else LEAD_TYPES,
        models=tuple(map(int, models.split(","))),
    )
    found = _cost(plan, settings) if plan_only else _resync(settings, plan, dry_run, anew)
    if as_json:
        print_json(found)
    else:
        print_table({"": name.replace("_", " "), " ": value} for name, value in found.items())


def _cost(plan: Plan, settings: Settings) -> dict[str, Any]:
    windows = len(plan.windows())
    return {
        "days": (plan.last_day - plan.first_day).days + 1,
        "sites": len(plan.sites),
        "web_requests_at_least": windows,
        "points_at_least": windows,
        "points_per_day_and_site": settings.api_points_per_day or "not limited here",
        "seconds_at_least": round(windows / settings.api_per_second, 1),
    }


def _resync(settings: Settings, plan: Plan, dry_run: bool, anew: bool) -> dict[str, Any]:
    prepare(settings.data_dir)
    progress = Progress(DataDir(settings.data_dir).state)
    try:
        name = plan.name + (" dry run" if dry_run else "")
        run = progress.begin(name, anew or dry_run)
        fetched = _fetch(settings, plan, progress, run, dry_run)
        progress.finish(run)
        requests, records, outside = progress.totals(run)
        if dry_run:
            return {"web_requests": requests, "would_keep": fetched}
        settle(settings, _SETTLE_SECONDS)
        return {
            "web_requests": requests,
            "fetched": records,
            "outside_their_day": outside,
            **_outcome(settings, run),
        }
    except (ApiError, PointsSpent, InboxUnavailable, NotSettled) as error:
        raise click.ClickException(str(error)) from None
    finally:
        progress.close()


def _fetch(settings: Settings, plan: Plan, progress: Progress, run: Run, dry_run: bool) -> int:
    """Records fetched by this call."""
    windows = progress.remaining(run, plan.windows())
    inbox = None if dry_run else InboxWriter(DataDir(settings.data_dir).inbox)
    records = 0

    def keep(window: Window, deliveries: list[Delivery]) -> None:
        if inbox is not None:
            inbox.put_all(deliveries)

    def finish(fetched: Fetched) -> None:
        if inbox is not None:
            progress.note_window(run, fetched.window, fetched.records, fetched.outside)

    def spend_point(site_id: int) -> None:
        progress.spend_point(run, site_id, settings.api_points_per_day)

    try:
        with progress_bar(len(windows), "Fetching") as bar:
            for fetched in Fetching(settings, spend_point, keep, finish).fetch(windows):
                records += fetched.records
                bar.update(1)
    finally:
        if inbox is not None:
            inbox.close()
    return records


def _outcome(settings: Settings, run: Run) -> dict[str, Any]:
    with Published(DataDir(settings.data_dir).published).reading() as db:
        (found,) = run_report(db, "resync_outcome", {"since": run.started_at}).records()
    return {"leads": found["leads"], "new": found["new"], "changed": found["changed"],
            "unchanged": found["unchanged"]}  # fmt: skip
