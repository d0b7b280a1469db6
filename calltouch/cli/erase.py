"""calltouch erase: erase a person from everything that is kept."""

import os
import pwd
import re
import secrets
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click
import duckdb

from analytics.published_file import NotPublished, Published
from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table, write_for_owner
from calltouch.shipping_part import shipping_part
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir, prepare
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.erasing.act import LANGUAGES, act_page
from receiver.digest.erasing.carrying_out import ErasureWork
from receiver.digest.erasing.erasures import BegunErasure, ErasureLog
from receiver.digest.erasing.orders import (
    ErasureFindings,
    ErasureOrder,
    ErasureOrders,
    WhomToErase,
)
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.digest.running import Digest
from receiver.digest.stores.makers import STORE_TROUBLES
from receiver.ending import ending_on_signals
from receiver.jobs.progress import ASKED_BY
from receiver.ops.logs import configure
from receiver.person_key import InvalidPersonKey, keep_key_at, person_key
from receiver.process_lock import DigestRunning, digest_lock
from receiver.published import published_source
from receiver.settings.settings import Settings

_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 60.0
_STAYS = "The order stays, and is carried out once this is mended"
_NOT_TAKEN = (
    "What other hosts have handed over and is not taken here yet may name the person: erase them "
    "again once `calltouch settle` says that all is taken"
)
_LEAD = re.compile(r"(call|request):([1-9]\d{0,17})")


def _read_leads(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, int], ...]:
    leads = []
    for text in given:
        match = _LEAD.fullmatch(text)
        if match is None:
            raise click.BadParameter(f"{text} is no lead; write it as call:123 or request:123")
        leads.append((match[1], int(match[2])))
    return tuple(leads)


@click.command("erase", epilog='Example: calltouch erase --phone "+7 916 123-45-67" --act act.html')
@click.option("--phone", "phones", multiple=True, help="A phone in any spelling; repeatable.")
@click.option("--email", "emails", multiple=True, help="An e-mail address; repeatable.")
@click.option("--caller-id", "caller_ids", multiple=True, help="A ctCallerId; repeatable.")
@click.option(
    "--lead",
    "leads",
    multiple=True,
    callback=_read_leads,
    metavar="call:123",
    help="Whoever this lead is of; repeatable.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--act",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write what was done as a page; it names nobody.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ru",
    show_default=True,
    help="Language of that page.",
)
@dry_run_option
@json_option
@ending_on_signals()
def command(
    phones: tuple[str, ...],
    emails: tuple[str, ...],
    caller_ids: tuple[str, ...],
    leads: tuple[tuple[str, int], ...],
    yes: bool,
    act: Path | None,
    language: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Erase a person from leads, history, archive, flows and all else, for good.

    Leads stay as counted facts without the person. While `serve` runs it does the work between two
    batches and this waits for it; what was ordered is carried out even if this is interrupted.
    Backups made before are not touched: a restore of one erases again.
    """
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    keep_key_at(DataDir(settings.data_dir).person_key, settings.person_key_file)
    whom = WhomToErase(phones, emails, caller_ids, leads)
    if whom == WhomToErase():
        raise click.UsageError("say whom: --phone, --email, --caller-id or --lead")
    if not dry_run:
        _settle_parcels(settings)
    try:
        found = _found(settings, whom)
    except (ValueError, InvalidPersonKey, DamagedFile, NotPublished) as error:
        raise click.ClickException(str(error)) from None
    if dry_run:
        _show_findings(found, as_json)
        return 0
    _confirm(found, yes)
    try:
        erased = _carried_out(settings, whom)
    except STORE_TROUBLES as error:
        raise click.ClickException(f"{error}. {_STAYS}") from None
    except duckdb.Error as error:
        # Its text may hold values.
        raise click.ClickException(f"digest failed: {type(error).__name__}. {_STAYS}") from None
    if act is not None:
        write_for_owner(act, act_page(erased, language))
    _report(erased, as_json)
    return 0


def _found(settings: Settings, whom: WhomToErase) -> ErasureFindings:
    """What the published file and all other places hold; nothing is changed."""
    place = DataDir(settings.data_dir)
    key = person_key(place.person_key) if place.person_key.exists() else secrets.token_bytes(32)
    work = ErasureWork(settings, Archive(place.archive), ErasedLeads.of(settings), lambda n: None)
    with Published(published_source(settings)).reading() as db:
        return work.look(db, ErasureOrder(0, "", "", whom), key)


def _confirm(found: ErasureFindings, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: add --yes, or see --dry-run")
    _show_findings(found, as_json=False)
    click.confirm("This cannot be undone. Erase it?", abort=True)


def _settle_parcels(settings: Settings) -> None:
    """What other hosts have handed over came before this."""
    if settings.parcels is None:
        return
    settling, ledger = (shipping_part(settings, name) for name in ("settling", "ledger"))
    try:
        settling.settle_parcels(settings, _PATIENCE_SECONDS)
    except (OSError, settling.NotTaken, ledger.ParcelsAway, ledger.ParcelsRefused) as error:
        click.echo(f"{error}. {_NOT_TAKEN}", err=True)


def _carried_out(settings: Settings, whom: WhomToErase) -> BegunErasure:
    place = DataDir(settings.data_dir)
    with closing(AccessStore(place.state)) as access, access.reading():
        # From now on there is a log for the note of it.
        pass
    erasures, orders = ErasureLog(place.erasures), ErasureOrders(place.orders)
    order = orders.place(whom, _user(), erasures.count())
    give_up_at = told_at = time.monotonic() + _PATIENCE_SECONDS
    while orders.is_there(order.act):
        with suppress(DigestRunning), digest_lock(settings.data_dir):
            Digest(settings).finish()
        why = (orders.get(order.act) or order).waits_for
        if why and time.monotonic() > give_up_at:
            raise click.ClickException(f"not erased yet: {why}. {_STAYS}")
        if not why and time.monotonic() > told_at:
            told_at = float("inf")
            click.echo("digest first archives all that came before; this waits for it", err=True)
        time.sleep(_POLL_SECONDS)
    return next(one for one in erasures.erasures() if one.act == order.act)


def _user() -> str:
    """Who started it in the browser; else of the operating system, whoever runs this for them."""
    known = os.environ.get(ASKED_BY) or os.environ.get("SUDO_USER")
    if known:
        return known
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _show_findings(found: ErasureFindings, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "leads": len(found.leads),
                "deliveries": found.deliveries,
                "places": dict(found.places),
            }
        )
        return
    _print_places(found.places)
    click.echo(f"{len(found.leads)} leads with {found.deliveries} deliveries are the person's")


def _report(erased: BegunErasure, as_json: bool) -> None:
    summary: Mapping[str, Any] = erased.summary
    if as_json:
        print_json({"act": erased.act, **summary})
        return
    _print_places(summary["places"])
    click.echo(
        f"erased: {summary['leads']} leads with {summary['deliveries']} deliveries; "
        f"act {erased.act} of {summary['ended_at']}"
    )


def _print_places(places: Mapping[str, int]) -> None:
    print_table({"where": where, "found": count} for where, count in places.items())
