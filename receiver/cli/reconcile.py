"""calltouch reconcile: hold what was received against what Calltouch's API knows."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from analytics.published import Published
from receiver.api.client import ApiError
from receiver.api.exports import LeadType
from receiver.cli import DIFFERENCES
from receiver.cli.days import period, period_options
from receiver.cli.output import json_option, print_json, print_table, progress_bar
from receiver.data_dir import DataDir, prepare
from receiver.ending import ending_on_signals
from receiver.inbox.writer import InboxUnavailable, InboxWriter
from receiver.logs import configure
from receiver.reconcile.certificate import LANGUAGES, Source
from receiver.reconcile.certificate import certificate as page
from receiver.reconcile.comparing import Comparing, Reconciled, remedy
from receiver.reconcile.results import Results
from receiver.resync.plan import LEAD_TYPES, NothingToAsk, Plan, sites_to_ask
from receiver.resync.progress import PointsSpent, Progress
from receiver.resync.running import SETTLE_SECONDS
from receiver.settings import Settings
from receiver.settle import NotSettled, settle

_WORTH_TELLING = ("only_webhook", "only_api", "lost", "differing")


@click.command("reconcile", epilog="Example: calltouch reconcile --trailing 7d --heal")
@period_options
@click.option("--site", "sites", type=int, multiple=True, help="Only this site; may be repeated.")
@click.option("--calls", "only", flag_value="call", help="Only calls.")
@click.option("--requests", "only", flag_value="request", help="Only requests.")
@click.option(
    "--heal", is_flag=True, help="Take in the days on which something is lost or differs."
)
@click.option(
    "--certificate",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a page about it that can be sent to anybody.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ru",
    show_default=True,
    help="Of that page.",
)
@json_option
@ending_on_signals()
def command(
    first: date | str | None,
    last: date | str | None,
    trailing: int | None,
    sites: tuple[int, ...],
    only: LeadType | None,
    heal: bool,
    certificate: Path | None,
    language: str,
    as_json: bool,
) -> int:
    """Compare day by day what was received with what Calltouch's API knows.

    Exit code 3 when leads are lost: Calltouch has them and the store has not. With --heal it is 0.
    """
    if heal and certificate is not None:
        raise click.UsageError(
            "a certificate says how things are: heal first, then compare again for --certificate"
        )
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    try:
        asked = sites_to_ask(settings, sites)
    except NothingToAsk as error:
        raise click.UsageError(str(error)) from error
    types = (only,) if only else LEAD_TYPES
    plan = Plan(*period(settings, first, last, trailing), sites=asked, lead_types=types)
    try:
        settle(settings, SETTLE_SECONDS)
        found = _reconcile(settings, plan, heal)
    except (ApiError, PointsSpent, InboxUnavailable, NotSettled) as error:
        raise click.ClickException(str(error)) from None
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    if certificate is not None:
        certificate.write_text(_page(settings, found, language), encoding="utf-8")
    _report(found, today, heal, as_json)
    return DIFFERENCES if any(one.lost for one in found) and not heal else 0


def _reconcile(settings: Settings, plan: Plan, heal: bool) -> list[Reconciled]:
    progress = Progress(DataDir(settings.data_dir).state)
    results = Results(DataDir(settings.data_dir).state)
    inbox = InboxWriter(DataDir(settings.data_dir).inbox) if heal else None
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    comparing = Comparing(
        settings,
        DataDir(settings.data_dir).published,
        lambda site_id: progress.spend_point(None, site_id, settings.api_points_per_day),
        inbox.put_all if inbox else None,
    )
    steps = len({(window.day, window.site_id, window.lead_type) for window in plan.windows()})
    found = []
    try:
        with progress_bar(steps, "Comparing") as bar:
            for one in comparing.compare(plan):
                results.note(one, today)
                found.append(one)
                bar.update(1)
    finally:
        results.close()
        progress.close()
        if inbox is not None:
            inbox.close()
    if heal:
        settle(settings, SETTLE_SECONDS)
    return found


def _page(settings: Settings, found: list[Reconciled], language: str) -> str:
    zone = ZoneInfo(settings.timezone)
    with Published(DataDir(settings.data_dir).published).reading() as db:
        ((published_at,),) = db.execute("select published_at from freshness").fetchall()
    source = Source(published_at.astimezone(zone), settings.timezone, datetime.now(zone))
    return page(found, source, language)


def _report(found: list[Reconciled], today: date, healed: bool, as_json: bool) -> None:
    rows = [_row(one) for one in found]
    lost = [
        {
            "day": one.day.isoformat(),
            "site_id": one.site_id,
            "lead_type": one.lead_type,
            "lead_id": lead_id,
            "remedy": remedy(one.day, today),
        }
        for one in found
        for lead_id in one.lost
    ]
    if as_json:
        print_json({"days": rows, "lost": lost, "healed": healed})
        return
    told = [row for row in rows if any(row[name] for name in _WORTH_TELLING)]
    print_table(told)
    if len(told) < len(rows):
        click.echo(f"{len(rows) - len(told)} more rows of a day, a site and a type agree")
    for lead in lost[:20]:
        click.echo(
            f"lost: {lead['lead_type']} {lead['lead_id']} of {lead['day']}, site {lead['site_id']}"
        )
    in_api = sum(one.in_api for one in found)
    share = f" ({1000 * len(lost) / in_api:.1f} in a thousand)" if in_api else ""
    click.echo(f"{len(lost)} of {in_api} leads lost{share}" + (", now taken in" if healed else ""))
    if lost and not healed:
        click.echo(
            "--heal takes them in from the API. Calltouch's cabinet can send those of the last "
            "31 days again, if it sent them at all."
        )


def _row(one: Reconciled) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "site_id": one.site_id,
        "lead_type": one.lead_type,
        "in_api": one.in_api,
        "in_both": one.in_both,
        "only_webhook": one.only_webhook,
        "only_api": one.only_api,
        "lost": len(one.lost),
        "differing": one.differing_leads,
    }
