"""calltouch prune: end what has been kept long enough."""

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import click

from analytics.published_file import NotPublished, Published
from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table
from receiver.data_dir import DataDir, prepare
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.pruning.access_log import count_old_lines
from receiver.digest.pruning.plan import PrunePlan, PruneRules, plan_of
from receiver.digest.running import Digest
from receiver.digest.stores.makers import STORE_TROUBLES
from receiver.digest.workers.raw_delivery import WebhookDialect
from receiver.ending import ending_on_signals
from receiver.erasing.retention import Retention, RetentionClass
from receiver.ops.logs import configure
from receiver.person_key import InvalidPersonKey, person_key
from receiver.process_lock import DigestRunning, digest_lock
from receiver.published import published_source
from receiver.settings.settings import Settings

_POLL_SECONDS = 0.2
_OFF = (
    "everything is kept for ever: set CALLTOUCH_KEEP_PERSONS_DAYS and the like (docs/settings.md)"
)


@click.command("prune", epilog="Example: calltouch prune --dry-run")
@dry_run_option
@json_option
@ending_on_signals()
def command(dry_run: bool, as_json: bool) -> int:
    """End what has been kept long enough, by the settings CALLTOUCH_KEEP_…_DAYS.

    `serve` does it every night at CALLTOUCH_PRUNE_AT, some files of the archive at a time. Leads
    stay as counted facts; backups made before are not touched.
    """
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    retention = Retention.of(settings)
    if not retention.days and not settings.keep_audit_days:
        raise click.ClickException(_OFF)
    try:
        plan, lines = _planned(settings, retention)
    except (InvalidPersonKey, DamagedFile, NotPublished) as error:
        raise click.ClickException(str(error)) from None
    if not dry_run:
        try:
            _carry_out(settings)
        except STORE_TROUBLES as error:
            raise click.ClickException(str(error)) from None
    _show(settings, plan, lines, as_json, dry_run)
    return 0


def _planned(settings: Settings, retention: Retention) -> tuple[PrunePlan, int]:
    """What there is to end, and how many lines of the access log."""
    place, now = DataDir(settings.data_dir), datetime.now(UTC)
    key = person_key(place.person_key) if place.person_key.exists() else secrets.token_bytes(32)
    rules = PruneRules(retention, now, key, WebhookDialect.of(settings).renames)
    with Published(published_source(settings)).reading() as db:
        plan = plan_of(db, Archive(place.archive), rules)
    days = settings.keep_audit_days
    return plan, count_old_lines(place.state, now - timedelta(days=days)) if days else 0


def _carry_out(settings: Settings) -> None:
    """By the digest that runs, else by one of our own."""
    wanted = DataDir(settings.data_dir).prune_wanted
    wanted.touch()
    while wanted.exists():
        with suppress(DigestRunning), digest_lock(settings.data_dir):
            Digest(settings).finish()
        time.sleep(_POLL_SECONDS)


def _show(settings: Settings, plan: PrunePlan, lines: int, as_json: bool, dry_run: bool) -> None:
    rows = list(_rows(settings, plan, lines))
    if as_json:
        print_json({"classes": rows, "files": dict(plan.files), "is_dry_run": dry_run})
        return
    print_table({name: "-" if one is None else one for name, one in row.items()} for row in rows)
    files, deliveries = len(plan.files), sum(plan.files.values())
    click.echo(
        f"{'would rewrite' if dry_run else 'rewritten'}: {files} files of the archive "
        f"with {deliveries} deliveries in which something ends"
    )


def _rows(settings: Settings, plan: PrunePlan, lines: int) -> Iterator[dict[str, object]]:
    for one in RetentionClass:
        days, ended = getattr(settings, f"keep_{one}_days"), plan.classes.get(one)
        values, size = (ended.values, ended.bytes) if ended else (0, 0)
        yield {"class": one.value, "kept_days": days or None, "values": values, "bytes": size}
    audit = settings.keep_audit_days or None
    yield {"class": "audit", "kept_days": audit, "values": lines, "bytes": None}
