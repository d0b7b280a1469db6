"""calltouch reconcile: hold what was received against what Calltouch's API knows."""

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
from receiver.data_dir import DataDir, prepare
from receiver.digest.settle import NotSettled
from receiver.ending import ending_on_signals
from receiver.inbox.writer import InboxUnavailable
from receiver.ops.logs import configure
from receiver.reconcile.certificate import LANGUAGES, CertificateSource
from receiver.reconcile.certificate import certificate as page
from receiver.reconcile.comparing import ReconciledDay, remedy
from receiver.reconcile.running import ReconcileOutcome, reconcile
from receiver.resync.plan import LEAD_TYPES, NothingToAsk, ResyncPlan, sites_to_ask
from receiver.resync.progress import PointsSpent
from receiver.settings.settings import Settings

_WORTH_TELLING = ("only_webhook", "only_api", "lost", "differing", "outside", "unread")


@click.command("reconcile", epilog="Example: calltouch reconcile --trailing 7d --heal")
@period_options
@click.option("--site", "sites", type=int, multiple=True, help="Only this site; may be repeated.")
@click.option("--calls", "only", flag_value="call", help="Only calls.")
@click.option("--requests", "only", flag_value="request", help="Only requests.")
@click.option(
    "--heal", is_flag=True, help="Take in the leads that are lost or differ, and compare again."
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit code 3 also when a field differs, like the end of a call that did not come.",
)
@request_models_option
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
    strict: bool,
    request_models: tuple[int | None, ...] | None,
    certificate: Path | None,
    language: str,
    as_json: bool,
) -> int:
    """Hold what was received against what Calltouch's API knows.

    Exit code 3 when leads are lost (Calltouch has them and the store has not), or when a part of
    Calltouch's answer could not be read, so that nobody knows. With --heal it says how things are
    afterwards.
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
    return DIFFERENCES if any(_is_alarming(one, strict) for one in outcome.now) else 0


def _is_alarming(one: ReconciledDay, strict: bool) -> bool:
    return not one.agrees if strict else one.has_lost


def _page(settings: Settings, found: Sequence[ReconciledDay], language: str) -> str:
    zone = ZoneInfo(settings.timezone)
    with Published(DataDir(settings.data_dir).published).reading() as db:
        ((published_at,),) = db.execute("select published_at from freshness").fetchall()
    source = CertificateSource(published_at.astimezone(zone), settings.timezone, datetime.now(zone))
    return page(found, source, language)


def _report(outcome: ReconcileOutcome, today: date, healed: bool, as_json: bool) -> None:
    if as_json:
        left = {"left": _as_document(outcome.again, today)} if healed else {}
        print_json({**_as_document(outcome.found, today), "healed": healed, **left})
        return
    _print(outcome.found, today)
    if healed:
        _print_left(outcome.again)
    elif any(one.lost for one in outcome.found):
        click.echo(
            "--heal takes them in from the API. Calltouch's cabinet can send those of the last "
            "31 days again, if it sent them at all."
        )


def _as_document(found: Sequence[ReconciledDay], today: date) -> dict[str, Any]:
    return {
        "days": [_row(one) for one in found],
        "lost": _lost(found, today),
        "unread": flaw_rows([flaw for one in found for flaw in one.flaws]),
    }


def _print(found: Sequence[ReconciledDay], today: date) -> None:
    rows = [_row(one) for one in found]
    told = [row for row in rows if any(row[name] for name in _WORTH_TELLING)]
    print_table(told)
    if len(told) < len(rows):
        click.echo(f"{len(rows) - len(told)} more rows of a day, a site and a type agree")
    lost = _lost(found, today)
    for lead in lost[:20]:
        click.echo(
            f"lost: {lead['lead_type']} {lead['lead_id']} of {lead['day']}, site {lead['site_id']}"
        )
    print_flaws([flaw for one in found for flaw in one.flaws])
    in_api = sum(one.in_api for one in found)
    share = f" ({1000 * len(lost) / in_api:.1f} in a thousand)" if in_api else ""
    click.echo(f"{len(lost)} of {in_api} leads lost{share}{_doubt(found)}")


def _doubt(found: Sequence[ReconciledDay]) -> str:
    hidden = any(flaw.hides_leads for one in found for flaw in one.flaws)
    return ", and what could not be read may hide more" if hidden else ""


def _print_left(again: Sequence[ReconciledDay]) -> None:
    """What the second comparison says of what was taken in."""
    if not again:
        click.echo("nothing to take in")
        return
    lost, differing = sum(len(one.lost) for one in again), sum(o.differing_leads for o in again)
    if not lost and not differing:
        click.echo(f"taken in and compared again: nothing is lost, no field differs{_doubt(again)}")
        return
    click.echo(
        f"taken in and compared again: {lost} leads are still lost, of {differing} a field still "
        f"differs{_doubt(again)}"
    )
    print_table([_row(one) for one in again if one.to_heal])


def _lost(found: Sequence[ReconciledDay], today: date) -> list[dict[str, Any]]:
    return [
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


def _row(one: ReconciledDay) -> dict[str, Any]:
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
        "outside": one.outside,
        "unread": len(one.flaws),
    }
