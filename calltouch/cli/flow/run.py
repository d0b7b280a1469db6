"""calltouch flow run: the runner."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.guard import guard_settings
from calltouch.cli.flow.prune import history_limits
from calltouch.shipping_part import refuse_shipped
from flows.addresses import write_addresses
from flows.filling.filters import FilterSettings
from flows.housekeeping import Housekeeping
from flows.running.calltouch_account import CalltouchAccount
from flows.running.hosts import Hosts
from flows.running.mail_outlet import MailOutlet
from flows.running.progress import Tools
from flows.running.runner import Runner
from flows.sources.published_leads import PublishedLeads
from flows.store.writer import StoreWriter
from outgoing.sending import WebAnswer, WebRequest, send
from receiver.data_dir import DataDir, prepare
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.person_key import keep_key_at
from receiver.process_lock import LockHeld, hold
from receiver.published import published_source
from receiver.settings.settings import Settings

_HOUSEKEEPING_SECONDS = 5.0


@click.command("run", epilog="Example: calltouch flow run --once")
@click.option("--once", is_flag=True, help="Until nothing is due, then end.")
def run(once: bool) -> int:
    """Take in what comes at the addresses of flows, and do what is due. `serve` starts it."""
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    refuse_shipped(settings, DataDir(settings.data_dir).flows_inbox)
    keep_key_at(DataDir(settings.data_dir).person_key, settings.person_key_file)
    try:
        with ending_on_signals() as stop:
            run_flows(settings, stop, once=once)
    except LockHeld as held:
        click.echo(f"calltouch: flows are run already: {held}", err=True)
        return FAILED
    return 0


def run_flows(settings: Settings, stop: threading.Event, *, once: bool = False) -> None:
    """Until told to stop; `once`: until nothing is due. Raises `LockHeld`."""
    place = DataDir(settings.data_dir)
    with hold(place.flows_lock), closing(StoreWriter(place.flows_store)) as store:
        # What the receiver knows of addresses may be an old file, or gone.
        store.write(lambda db: write_addresses(db, place.flow_addresses, datetime.now(UTC)))
        tools = runner_tools(settings, store)
        runner = Runner(tools, place.flows_inbox, settings.flow_threads, place.flows_lock)
        with _beside(housekeeping(settings, tools)):
            runner.run(stop, once=once)


@contextmanager
def _beside(keeping: Housekeeping) -> Iterator[None]:
    """It ends with the runner."""
    ended = threading.Event()
    thread = threading.Thread(target=keeping.run, args=(ended,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_HOUSEKEEPING_SECONDS)


def housekeeping(settings: Settings, tools: Tools) -> Housekeeping:
    return Housekeeping(tools.store, history_limits(settings), tools.hosts.closed, tools.clock)


def runner_tools(settings: Settings, store: StoreWriter) -> Tools:
    guard = guard_settings(settings)
    hosts = Hosts(settings.flow_at_once_per_host, settings.hosts)

    def send_guarded(request: WebRequest) -> WebAnswer:
        ca_file = hosts.of(urlsplit(request.url).hostname or "").ca_file
        return send(replace(request, ca_file=None if ca_file is None else str(ca_file)), guard)

    return Tools(
        store,
        send_guarded,
        hosts,
        dict(settings.secrets),
        FilterSettings(ZoneInfo(settings.timezone)),
        lambda name: False,
        PublishedLeads(published_source(settings)),
        DataDir(settings.data_dir).person_key,
        CalltouchAccount(settings),
        MailOutlet.of(settings),
        pauses=settings.flow_retry_pauses,
    )
