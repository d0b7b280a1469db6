"""calltouch simulate: send a simulated month of leads as Calltouch would."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option, progress_bar
from calltouch.cli.simulate_output import answered, planned, print_numbers
from simulator.api import ApiOptions, RunningApi, foreground
from simulator.api.options import FAKE_TOKEN
from simulator.lives.leads import Lead
from simulator.market.rhythm import MOSCOW
from simulator.market.sites import MOST_SITES
from simulator.webhooks.configured import DEFAULT, LAST_TOUCH, Webhook, usual_webhooks
from simulator.webhooks.mishaps import Mishaps
from simulator.webhooks.outlet import WebhookOutlet
from simulator.webhooks.run import RunOutcome, Script, rehearse, run
from simulator.webhooks.send import Unreachable
from simulator.webhooks.target import BadUrl, Target
from simulator.webhooks.template import TEMPLATE
from simulator.world import MOST_LEADS, World

F = TypeVar("F", bound=Callable[..., Any])
Address = tuple[str, int]

_HINTS = {
    403: "403: the receiver rejected the sender's address or the secret. Its allowed_networks must "
    "contain the address this command connects from (on the same host: "
    "CALLTOUCH_ALLOWED_NETWORKS=127.0.0.0/8), and --secret must match its webhook_secret",
    404: "404: --url must be the receiver's webhook URL, like http://127.0.0.1:8000/webhook",
    414: "414: a URL was too long: with GET, transcripts are part of the URL; use POST",
    503: "503: the receiver could not store the delivery; see its log and /readyz",
}


def _until(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime:
    """A moment; a date means the end of that day, None means now."""
    if text is None:
        return datetime.now(MOSCOW).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("use 2026-11-20 or 2026-11-20T18:30") from None
    if len(text) == len("2026-11-20"):
        moment += timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)


def _days(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> frozenset[date]:
    try:
        return frozenset(map(date.fromisoformat, texts))
    except ValueError:
        raise click.BadParameter("use a date like 2026-11-20") from None


def _renames(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    renames = {}
    for text in texts:
        name, _, other = text.partition("=")
        if name not in TEMPLATE or not other:
            raise click.BadParameter(f"{text!r}: use NAME=OTHER, like callerphone=client_phone")
        renames[name] = other
    return renames


def _address(ctx: click.Context, param: click.Parameter, text: str | None) -> Address | None:
    try:
        return foreground.split_address(text) if text else None
    except ValueError:
        raise click.BadParameter(f"use HOST:PORT, like {foreground.USUAL_ADDRESS}") from None


def _share(flag: str, default: float, meaning: str) -> Callable[[F], F]:
    kind = click.FloatRange(0, 1)
    return click.option(flag, type=kind, default=default, show_default=True, help=meaning)


def _count(flag: str, most: int, default: int, meaning: str) -> Callable[[F], F]:
    kind = click.IntRange(1, most)
    return click.option(flag, type=kind, default=default, show_default=True, help=meaning)


@click.command(
    "simulate",
    epilog="Example: calltouch simulate --url http://127.0.0.1:8000/webhook --leads 500 --days 7",
)
@click.option(
    "--url",
    default="http://127.0.0.1:8000/webhook",
    show_default=True,
    help="URL for the webhook `default`; others go to URL/<name>.",
)
@click.option(
    "--secret",
    envvar="CALLTOUCH_WEBHOOK_SECRET",
    show_envvar=True,
    help="Added to the URL as ?secret=.",
)
@click.option("--seed", default=1, show_default=True, help="Random seed.")
@_count("--leads", MOST_LEADS, 3000, "Number of calls and requests.")
@_count("--days", 3660, 30, "Days to spread them over.")
@click.option(
    "--until",
    callback=_until,
    metavar="DAY",
    help="Last day, or a time on it.  [default: now]",
)
@_count("--sites", MOST_SITES, 2, "Number of sites.")
@click.option(
    "--models",
    type=click.Choice(["both", "1", "0"]),
    default="both",
    show_default=True,
    help="Attribution models: 1 last non-direct, 0 last interaction. `both` is two webhooks, "
    f"`{DEFAULT}` for model 1 and `{LAST_TOUCH}` for model 0.",
)
@click.option(
    "--rename",
    callback=_renames,
    multiple=True,
    metavar="NAME=OTHER",
    help="Rename a parameter in the webhook `default`: callerphone=client_phone.",
)
@click.option(
    "--get",
    "by_get",
    type=click.Choice([DEFAULT, LAST_TOUCH]),
    multiple=True,
    help="Send this webhook with GET.",
)
@click.option(
    "--rate", type=click.FloatRange(0, min_open=True), help="Deliveries per second at most."
)
@_count("--connections", 256, 8, "Number of connections.")
@_share("--duplicates", 0.02, "Share of deliveries sent twice.")
@_share("--reorder", 0.02, "Share of deliveries sent out of order.")
@_share("--loss", 0.0, "Share of deliveries never sent.")
@click.option(
    "--lose-day",
    "lost_days",
    callback=_days,
    multiple=True,
    metavar="DAY",
    help="Send nothing from this day; repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing.")
@click.option(
    "--serve-api",
    "api_address",
    callback=_address,
    is_flag=False,
    flag_value=foreground.USUAL_ADDRESS,
    metavar="[HOST:PORT]",
    help=f"Send nothing; serve Calltouch's API instead, by default at {foreground.USUAL_ADDRESS}.",
)
@click.option("--api-token", default=FAKE_TOKEN, show_default=True, help="Token that API accepts.")
@click.option("--api-latency", type=click.FloatRange(0), default=0, help="Response delay, seconds.")
@click.option("--api-retry-after", type=int, metavar="SECONDS", help="Retry-After sent with 429.")
@click.option(
    "--api-webhooks",
    is_flag=True,
    help="Send webhooks to --url about the requests that clients of that API create.",
)
@json_option
def command(
    url: str,
    secret: str | None,
    seed: int,
    leads: int,
    days: int,
    until: datetime,
    sites: int,
    models: str,
    rename: dict[str, str],
    by_get: tuple[str, ...],
    rate: float | None,
    connections: int,
    duplicates: float,
    reorder: float,
    loss: float,
    lost_days: frozenset[date],
    dry_run: bool,
    api_address: Address | None,
    api_token: str,
    api_latency: float,
    api_retry_after: int | None,
    api_webhooks: bool,
    as_json: bool,
) -> int:
    """Simulate Calltouch: send webhooks for a made-up month over real HTTP.

    Sends calls, requests and their later events in the order of simulated time. The same options
    with the same --until send the same bytes. Exit code 1 if any delivery was not answered 200.
    With --serve-api, serves Calltouch's API for the same leads instead, until Ctrl-C.
    """
    world = World(until, seed, leads, days, sites)
    webhooks = _webhooks(models, by_get, rename)
    if api_address:
        options = ApiOptions(api_token, latency=api_latency, retry_after=api_retry_after)
        outlet = WebhookOutlet(_target(url, secret), webhooks) if api_webhooks else None
        return _serve_api(world, options, api_address, outlet, as_json)
    mishaps = Mishaps(duplicates, reorder, loss, lost_days, seed)
    if dry_run:
        print_numbers(planned(rehearse(Script(world, webhooks, mishaps))), as_json)
        return 0
    target = _target(url, secret)
    with _watched(world) as beginning:
        outcome = _send(Script(beginning, webhooks, mishaps), target, connections, rate)
    print_numbers(planned(outcome.told) | answered(outcome), as_json)
    for status in outcome.answers.refused:
        if status in _HINTS:
            click.echo(_HINTS[status], err=True)
    return 0 if outcome.is_all_accepted else FAILED


def _serve_api(
    world: World,
    options: ApiOptions,
    address: Address,
    outlet: WebhookOutlet | None,
    as_json: bool,
) -> int:
    def announce(served: RunningApi) -> None:
        print_numbers(foreground.about(served), as_json)

    try:
        tell = outlet.tell if outlet else lambda lead: None
        foreground.serve_until_stopped(world, options, address, announce, tell)
    except OSError as error:
        host, port = address
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error}); choose another with --serve-api HOST:PORT"
        ) from error
    return 0


def _webhooks(models: str, by_get: tuple[str, ...], rename: dict[str, str]) -> tuple[Webhook, ...]:
    webhooks = usual_webhooks(models, by_get, rename)
    for name in by_get:
        if name not in {webhook.name for webhook in webhooks}:
            raise click.BadParameter(f"--models {models} has no webhook {name}", param_hint="--get")
    return webhooks


def _target(url: str, secret: str | None) -> Target:
    try:
        return Target.parse(url, secret)
    except BadUrl as error:
        raise click.BadParameter(str(error), param_hint="--url") from error


def _send(script: Script, target: Target, connections: int, rate: float | None) -> RunOutcome:
    try:
        return run(script, target, connections, rate)
    except Unreachable as error:
        raise click.ClickException(
            f"nothing answers at {target} ({error}); start the receiver with `calltouch serve`, "
            "or give its address with --url"
        ) from error


@contextmanager
def _watched(world: World) -> Iterator[Iterator[Lead]]:
    """The world's leads, with a progress bar on a terminal."""
    with progress_bar(world.leads, "Leads") as bar:
        yield _ticking(world, bar.update)


def _ticking(world: World, tick: Callable[[int], None]) -> Iterator[Lead]:
    for lead in world:
        tick(1)
        yield lead
