"""calltouch demo: the whole system at work, in its own data directory."""

import json
import os
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import click

from calltouch.cli.demo_directory import (
    ADMIN,
    DIRECTORY,
    SECRET,
    DemoPorts,
    environment,
    held_ports,
    make_admin,
    make_code,
    make_directory,
)
from calltouch.cli.demo_forms import FLOW, Calltouch, begin_flow, commands, send_forms
from calltouch.cli.demo_live import send_as_it_happens, tell_the_time
from calltouch.cli.demo_past import DemoPast, PastRequest
from calltouch.cli.demo_processes import (
    running,
    until_interrupted,
    wait_until_listening,
    wait_until_ready,
)
from calltouch.cli.demo_worker import make_past
from receiver.settings.settings import Settings
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import LAST_TOUCH, usual_webhooks
from simulator.webhooks.target import Target
from simulator.world import World

_RENAME = {"callerphone": "client_phone"}
# For every day of the last year there is one of the year before.
_DAYS = 2 * 366
# Before the day of the lost call: to see what agrees as well.
_RECONCILED_BEFORE = timedelta(days=2)
_TO_COME = timedelta(hours=12)
_WORTH_A_LOOK = {
    "?period=90d&compare=year": "the last 90 days, and the same days a year ago",
    "attribution": "which sources gained and which lost",
    "models": "what each of the two attribution models says",
    "deliveries": "what arrived and when, and the lost call that the API restored",
    "flows": "forms of a site become requests in Calltouch; one of them failed",
}


@click.command("demo", epilog="Example: calltouch demo --leads 500")
@click.option("--leads", default=22_000, show_default=True, help="Number of leads.")
@click.option("--days", default=_DAYS, show_default=True, help="Days to spread them over.")
@click.option("--seed", default=1, show_default=True, help="Random seed.")
@click.option("--stay/--no-stay", default=True, help="Keep serving until Ctrl-C.")
def command(leads: int, days: int, seed: int, stay: bool) -> int:
    """Start everything with two years of a simulated Calltouch's leads, and show the pages.

    Uses ./data-demo, which is recreated on every run; your own data is not touched. The ports are
    those of `calltouch serve` (CALLTOUCH_PORT, CALLTOUCH_DASHBOARDS_PORT), or free ones.
    """
    now = datetime.now(MOSCOW).replace(microsecond=0)
    # It goes on while the demo is open.
    world = World(now + _TO_COME, seed, leads, days)
    with until_interrupted():
        with held_ports(os.environ) as ports:
            make_directory(ports)
            password = make_admin()
            click.echo("A simulated Calltouch: what it has sent in all that time …")
            past = _past(world, now, ports)
            click.echo(f"{past.deliveries} webhooks about {past.leads} leads of {days} days.")
        with running("serve") as server, running("simulate", *_stand_in(world, ports)) as api:
            wait_until_ready(server, *ports.ready)
            wait_until_listening(api, ports.api)
            _show_the_rest(past, world, now, ports)
            _say_where(ports, password)
            if stay:
                click.echo("\nIt goes on, webhook by webhook. Press Ctrl-C to stop.")
                _go_on(past, ports, lambda: server.poll() is not None)
                server.wait()
    return 0


def _simulation(world: World, ports: DemoPorts) -> list[str]:
    numbers = {"--leads": world.leads, "--days": world.days, "--seed": world.seed}
    return [
        *("--url", ports.webhook, "--secret", SECRET, "--get", LAST_TOUCH),
        *(word for name, other in _RENAME.items() for word in ("--rename", f"{name}={other}")),
        *("--until", world.until.isoformat()),
        *(word for flag, number in numbers.items() for word in (flag, str(number))),
    ]


def _stand_in(world: World, ports: DemoPorts) -> list[str]:
    """The API of the same world; what is created there comes back as webhooks."""
    return [*_simulation(world, ports), "--serve-api", f"127.0.0.1:{ports.api}", "--api-webhooks"]


def _past(world: World, now: datetime, ports: DemoPorts) -> DemoPast:
    webhooks = usual_webhooks(by_get=[LAST_TOUCH], rename=_RENAME)
    target = Target.parse(ports.webhook, SECRET)
    wanted = PastRequest(world, int(now.timestamp()), webhooks, target)
    return make_past(Settings.load(environment()), wanted)


def _go_on(past: DemoPast, ports: DemoPorts, is_over: Callable[[], bool]) -> None:
    send_as_it_happens(past.later, Target.parse(ports.webhook, SECRET), ports.api_url, is_over)


def _show_the_rest(past: DemoPast, world: World, now: datetime, ports: DemoPorts) -> None:
    calltouch = commands(environment())
    # Of what has happened since then, no webhook has been sent yet.
    tell_the_time(ports.api_url, int(now.timestamp()))
    if past.lost_on is not None:
        _reconcile(calltouch, world, past.lost_on)
    tell_the_time(ports.api_url, int(time.time()))
    sent = send_forms(begin_flow(calltouch), past.forms)
    click.echo(f"Forms of a simulated site: {sent} web requests, sent to the flow {FLOW}.")
    calltouch("settle", "--flows")


def _reconcile(calltouch: Calltouch, world: World, day: date) -> None:
    """With the API, which knows of a call that no webhook was sent about."""
    first = (day - _RECONCILED_BEFORE).isoformat()
    # The settings name one, which flows then need not ask for.
    sites = (f"--site={site.site_id}" for site in world.make_sites())
    done = json.loads(calltouch("reconcile", "--heal", "--json", "--from", first, *sites))
    lost, left = len(done["lost"]), len(done["left"]["lost"])
    click.echo(
        f"Reconciled with its API: {lost} call lost by the webhooks, {lost - left} restored."
    )


def _say_where(ports: DemoPorts, password: str) -> None:
    page = ports.page
    click.echo(f"\nOpen:  {page}enter/{make_code()}")
    click.echo(f"       (once, within an hour; after that: name {ADMIN}, password {password})")
    click.echo("\nWorth a look there:")
    for path, what in _WORTH_A_LOOK.items():
        click.echo(f"  /{path:<28} {what}")
    click.echo(f"\nThe tables:  duckdb -readonly {DIRECTORY}/calltouch.duckdb")
