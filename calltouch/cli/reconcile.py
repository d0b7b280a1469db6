"""calltouch reconcile: compare what was received with Calltouch's API."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from analytics.published_file import Published
from calltouch.cli import DIFFERENCES
from calltouch.cli.flaws import flaw_rows, print_flaws
from calltouch.cli.options import period, period_options
from calltouch.cli.output import json_option, print_json, print_table, progress_bar
from calltouch.cli.request_models import request_models_option
from receiver.calltouch_api.client import ApiError
from receiver.calltouch_api.exports import LeadType
from receiver.data_dir import prepare
from receiver.digest.settle import NotSettled
from receiver.ending import ending_on_signals
from receiver.inbox.writer import InboxUnavailable
from receiver.ops.logs import configure
from receiver.published import published_source
from receiver.reconcile.certificate import LANGUAGES, CertificateSource
from receiver.reconcile.certificate import certificate as page
from receiver.reconcile.comparing import ReconciledDay, remedy
from receiver.reconcile.running import ReconcileOutcome, reconcile
from receiver.resync.plan import LEAD_TYPES, NothingToAsk, ResyncPlan, sites_to_ask
from receiver.resync.progress import PointsSpent
from receiver.settings.settings import Settings

_NOTEWORTHY = ("only_webhook", "only_api", "lost", "differing", "outside", "unread")


@click.command("reconcile", epilog="Example: calltouch reconcile --trailing 7d --heal")
@period_options
@click.option("--site", "sites", type=int, multiple=True, help="Only this site; repeatable.")
@click.option("--calls", "only", flag_value="call", help="Only calls.")
@click.option("--requests", "only", flag_value="request", help="Only requests.")
@click.option(
    "--heal", is_flag=True, help="Fetch leads that are lost or differ, then compare again."
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit code 3 also if any field differs, e.g. a call whose end was never received.",
)
@request_models_option
@click.option(
    "--certificate",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the result as a page you can share.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ru",
    show_default=True,
    help="Language of that page.",
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
    strict: bool,
    request_models: tuple[int | None, ...] | None,
    certificate: Path | None,
    language: str,
    as_json: bool,
) -> int:
    """Compare what was received with Calltouch's API.

    Exit code 3 if leads are lost (Calltouch has them, the store does not), or if part of
    Calltouch's answer could not be read and may hide lost leads. With --heal, the exit code is
    that of the second comparison.
    """
    if heal and certificate is not None:
        raise click.UsageError(
            "--certificate describes the current state: run --heal first, then --certificate"
        )
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    try:
        asked = sites_to_ask(settings, sites)
    except NothingToAsk as error:
        raise click.UsageError(str(error)) from error
    plan = ResyncPlan(
        *period(settings, first, last, trailing),
        sites=asked,
        lead_types=(only,) if only else LEAD_TYPES,
        request_models=request_models or settings.api_request_models,
    )
    try:
        with progress_bar(len(plan.places()), "Comparing") as bar:
            outcome = reconcile(settings, plan, heal, bar.update)
    except (ApiError, PointsSpent, InboxUnavailable, NotSettled) as error:
        raise click.ClickException(str(error)) from None
    if certificate is not None:
        certificate.write_text(_page(settings, outcome.found, language), encoding="utf-8")
    _report(outcome, datetime.now(ZoneInfo(settings.timezone)).date(), heal, as_json)
    return DIFFERENCES if any(_is_alarming(day, strict) for day in outcome.now) else 0


def _is_alarming(day: ReconciledDay, strict: bool) -> bool:
    return not day.agrees if strict else day.has_lost


def _page(settings: Settings, days: Sequence[ReconciledDay], language: str) -> str:
    zone = ZoneInfo(settings.timezone)
    with Published(published_source(settings)).reading() as db:
        ((published_at,),) = db.execute("select published_at from freshness").fetchall()
    source = CertificateSource(published_at.astimezone(zone), settings.timezone, datetime.now(zone))
    return page(days, source, language)


def _report(outcome: ReconcileOutcome, today: date, healed: bool, as_json: bool) -> None:
    if as_json:
        left = {"left": _as_document(outcome.again, today)} if healed else {}
        print_json({**_as_document(outcome.found, today), "healed": healed, **left})
        return
    _print(outcome.found, today)
    if healed:
        _print_left(outcome.again)
    elif any(day.lost for day in outcome.found):
        click.echo(
            "--heal fetches them from the API. From the Calltouch account you can resend the last "
            "31 days, if Calltouch tried to send them at all."
        )


def _as_document(days: Sequence[ReconciledDay], today: date) -> dict[str, Any]:
    return {
        "days": [_row(day) for day in days],
        "lost": _lost(days, today),
        "unread": flaw_rows([flaw for day in days for flaw in day.flaws]),
    }


def _print(days: Sequence[ReconciledDay], today: date) -> None:
    rows = [_row(day) for day in days]
    noteworthy = [row for row in rows if any(row[name] for name in _NOTEWORTHY)]
    print_table(noteworthy)
    if len(noteworthy) < len(rows):
        click.echo(f"{len(rows) - len(noteworthy)} more rows (day, site, lead type) agree")
    lost = _lost(days, today)
    for lead in lost[:20]:
        click.echo(
            f"lost: {lead['lead_type']} {lead['lead_id']} of {lead['day']}, site {lead['site_id']}"
        )
    print_flaws([flaw for day in days for flaw in day.flaws])
    if erased := sum(day.erased for day in days):
        click.echo(f"{erased} leads of people who were erased: their fields are not compared")
    in_api = sum(day.in_api for day in days)
    share = f" ({1000 * len(lost) / in_api:.1f} per thousand)" if in_api else ""
    click.echo(f"{len(lost)} of {in_api} leads lost{share}{_doubt(days)}")


def _doubt(days: Sequence[ReconciledDay]) -> str:
    hidden = any(flaw.hides_leads for day in days for flaw in day.flaws)
    return "; unreadable answers may hide more" if hidden else ""


def _print_left(again: Sequence[ReconciledDay]) -> None:
    """The result of the second comparison."""
    if not again:
        click.echo("nothing to fetch")
        return
    lost, differing = sum(len(d.lost) for d in again), sum(d.differing_leads for d in again)
    if not lost and not differing:
        click.echo(f"fetched and compared again: nothing lost, no field differs{_doubt(again)}")
        return
    click.echo(
        f"fetched and compared again: {lost} leads still lost, {differing} with fields that still "
        f"differ{_doubt(again)}"
    )
    print_table([_row(day) for day in again if day.to_heal])


def _lost(days: Sequence[ReconciledDay], today: date) -> list[dict[str, Any]]:
    return [
        {
            "day": day.day.isoformat(),
            "site_id": day.site_id,
            "lead_type": day.lead_type,
            "lead_id": lead_id,
            "remedy": remedy(day.day, today),
        }
        for day in days
        for lead_id in day.lost
    ]


def _row(day: ReconciledDay) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "site_id": day.site_id,
        "lead_type": day.lead_type,
        "in_api": day.in_api,
        "in_both": day.in_both,
        "only_webhook": day.only_webhook,
        "only_api": day.only_api,
        "lost": len(day.lost),
        "differing": day.differing_leads,
        "outside": day.outside,
        "unread": len(day.flaws),
        "erased": day.erased,
    }
