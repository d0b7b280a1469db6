"""calltouch simulate: a month of leads, sent the way Calltouch would."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option, print_json, progress_bar
from simulator.api import ApiOptions, RunningApi, foreground
from simulator.api.options import FAKE_TOKEN
from simulator.lives.leads import Lead
from simulator.market.rhythm import MOSCOW
from simulator.market.sites import MOST_SITES
from simulator.webhooks.configured import DEFAULT, LAST_TOUCH, Webhook, usual_webhooks
from simulator.webhooks.mishaps import Mishaps
from simulator.webhooks.run import RunOutcome, RunPlan, Script, rehearse, run
from simulator.webhooks.send import Unreachable
from simulator.webhooks.target import BadUrl, Target
from simulator.webhooks.template import TEMPLATE
from simulator.world import MOST_LEADS, World

F = TypeVar("F", bound=Callable[..., Any])
Address = tuple[str, int]

_HINTS = {
    403: "403: the receiver took neither the sender's address nor, if it wants one, the secret. "
    "Its allowed_networks must contain the address that it sees this command come from (on the "
    "same host: CALLTOUCH_ALLOWED_NETWORKS=127.0.0.0/8), and --secret must be its webhook_secret",
    404: "404: --url must be that of the receiver's webhook, like http://127.0.0.1:8000/webhook",
    414: "414: a URL was too long: a webhook sent by GET carries its transcripts there; use POST",
    503: "503: the receiver could not store it; its log and /readyz say why",
}


def _until(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime:
    """A moment; a mere day means its end, nothing means now."""
    if text is None:
        return datetime.now(MOSCOW).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a day like 2026-11-20, or 2026-11-20T18:30") from None
    if len(text) == len("2026-11-20"):
        moment += timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)


def _days(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> frozenset[date]:
    try:
        return frozenset(map(date.fromisoformat, texts))
    except ValueError:
        raise click.BadParameter("a day like 2026-11-20") from None


def _renames(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    renames = {}
    for text in texts:
        name, _, other = text.partition("=")
        if name not in TEMPLATE or not other:
            raise click.BadParameter(f"{text!r} is not like callerphone=client_phone")
        renames[name] = other
    return renames


def _address(ctx: click.Context, param: click.Parameter, text: str | None) -> Address | None:
    try:
        return foreground.split_address(text) if text else None
    except ValueError:
        raise click.BadParameter(f"like {foreground.USUAL_ADDRESS}") from None


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
    help="Where the webhook `default` goes; another one goes to URL/<its name>.",
)
@click.option(
    "--secret",
    envvar="CALLTOUCH_WEBHOOK_SECRET",
    show_envvar=True,
    help="Goes into the URL as ?secret=.",
)
@click.option("--seed", default=1, show_default=True, help="Another seed makes another world.")
@_count("--leads", MOST_LEADS, 3000, "How many calls and requests.")
@_count("--days", 3660, 30, "In how many days.")
@click.option(
    "--until",
    callback=_until,
    metavar="DAY",
    help="The last of these days, or a time on it; by default now.",
)
@_count("--sites", MOST_SITES, 2, "On how many sites.")
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
    help="What the webhook `default` calls a parameter: callerphone=client_phone.",
)
@click.option(
    "--get",
    "by_get",
    type=click.Choice([DEFAULT, LAST_TOUCH]),
    multiple=True,
    help="A webhook that is sent by GET.",
)
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Most deliveries a second.")
@_count("--connections", 256, 8, "How many connections to send over.")
@_share("--duplicates", 0.02, "Share of deliveries that is sent twice.")
@_share("--reorder", 0.02, "Share that is overtaken by later ones.")
@_share("--loss", 0.0, "Share that is never sent.")
@click.option(
    "--lose-day",
    "lost_days",
    callback=_days,
    multiple=True,
    metavar="DAY",
    help="A day of which nothing is sent.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent.")
@click.option(
    "--serve-api",
    "api_address",
    callback=_address,
    is_flag=False,
    flag_value=foreground.USUAL_ADDRESS,
    metavar="[HOST:PORT]",
    help=f"Send nothing, be Calltouch's API for that world; at {foreground.USUAL_ADDRESS}.",
)
@click.option("--api-token", default=FAKE_TOKEN, show_default=True, help="The token it takes.")
@click.option("--api-latency", type=click.FloatRange(0), default=0, help="Seconds it waits.")
@click.option("--api-retry-after", type=int, metavar="SECONDS", help="What its 429 says.")
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
    as_json: bool,
) -> int:
    """Be Calltouch: send webhooks about an invented month, over real HTTP.

    Calls, requests and all that happens to them later, in the order of their simulated time. The
    same options with the same --until send the same bytes. Exit code 1 when anything that was sent
    was not answered 200. With --serve-api the exports of that world are answered instead, until
    Ctrl-C.
    """
    world = World(until, seed, leads, days, sites)
    if api_address:
        options = ApiOptions(api_token, latency=api_latency, retry_after=api_retry_after)
        return _serve_api(world, options, api_address, as_json)
    webhooks = _webhooks(models, by_get, rename)
    mishaps = Mishaps(duplicates, reorder, loss, lost_days, seed)
    if dry_run:
        _print(_planned(rehearse(Script(world, webhooks, mishaps))), as_json)
        return 0
    target = _target(url, secret)
    with _watched(world) as beginning:
        outcome = _send(Script(beginning, webhooks, mishaps), target, connections, rate)
    _print(_planned(outcome.told) | _answered(outcome), as_json)
    for status in outcome.answers.refused:
        if status in _HINTS:
            click.echo(_HINTS[status], err=True)
    return 0 if outcome.is_all_accepted else FAILED


def _serve_api(world: World, options: ApiOptions, address: Address, as_json: bool) -> int:
    def announce(served: RunningApi) -> None:
        _print(foreground.about(served), as_json)

    try:
        foreground.serve_until_stopped(world, options, address, announce)
    except OSError as error:
        host, port = address
        raise click.ClickException(
            f"{host}:{port} cannot be had ({error}); name another with --serve-api HOST:PORT"
        ) from error
    return 0


def _webhooks(models: str, by_get: tuple[str, ...], rename: dict[str, str]) -> tuple[Webhook, ...]:
    webhooks = usual_webhooks(models, by_get, rename)
    for name in by_get:
        if name not in {webhook.name for webhook in webhooks}:
            raise click.BadParameter(f"--models {models} has no {name}", param_hint="--get")
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
            "or say with --url where it is"
        ) from error


@contextmanager
def _watched(world: World) -> Iterator[Iterator[Lead]]:
    """The leads of the world, with a bar on a terminal that shows how many have begun."""
    with progress_bar(world.leads, "Leads") as bar:
        yield _ticking(world, bar.update)


def _ticking(world: World, tick: Callable[[int], None]) -> Iterator[Lead]:
    for lead in world:
        tick(1)
        yield lead


def _planned(told: RunPlan) -> dict[str, Any]:
    toll = told.toll
    return {
        "leads": told.leads.total(),
        "calls": told.leads["call"],
        "requests": told.leads["request"],
        "deliveries": toll.deliveries.total(),
        "webhooks": dict(toll.deliveries),
        "lost": [asdict(lost) for lost in toll.lost],
        "duplicated": toll.duplicated,
        "reordered": toll.reordered,
    }


def _answered(outcome: RunOutcome) -> dict[str, Any]:
    answers = outcome.answers
    return {
        "sent": answers.sent,
        "accepted": answers.accepted,
        "refused": answers.refused,
        "unanswered": answers.unanswered,
        "seconds": round(outcome.seconds, 2),
        "rate": round(outcome.rate, 1),
    }


def _print(numbers: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(numbers)
        return
    for name, value in numbers.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key}: {count}" for key, count in value.items()) or 0
        elif isinstance(value, list):
            value = len(value)
        click.echo(f"{name:<12}{value}")
