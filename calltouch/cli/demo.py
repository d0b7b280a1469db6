"""calltouch demo: the whole system at work, in its own data directory."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
import requests

from calltouch.cli.demo_forms import FLOW, begin_flow, commands, send_forms
from dashboards.access.people import add_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.links import make_sign_in_code
from dashboards.access.sign_in.passwords import hash_password
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.settings.settings import PREFIX, Settings
from simulator.api.options import FAKE_TOKEN
from simulator.market.rhythm import MOSCOW
from simulator.market.sites import FIRST_SITE_ID
from simulator.site_forms import filled_forms
from simulator.world import World

DIRECTORY = Path("data-demo")
_MARKER = ".made-by-calltouch-demo"
_START_SECONDS = 30.0
_SECRET = "demo"
_ADMIN = "demo"
_FORMS = 12
# A typical account: one renamed parameter, a second webhook, and an API that flows send to. Other
# commands take all of it with CALLTOUCH_CONFIG=data-demo/calltouch.toml.
_TOML = """\
data_dir = "{directory}"
host = "127.0.0.1"
port = {ports.receiver}
dashboards_port = {ports.dashboards}
public_url = "http://127.0.0.1:{ports.receiver}"
allowed_networks = "127.0.0.0/8"
webhook_secret = "{secret}"
api_url = "http://127.0.0.1:{ports.api}"
api_token = "{token}"
site_ids = "{site}"

[webhooks.default]
rename = {{client_phone = "callerphone"}}

[webhooks.last-touch]
model = 0
"""


@dataclass(frozen=True, slots=True)
class DemoPorts:
    """All on this machine. `api`: of the simulated Calltouch."""

    receiver: int
    dashboards: int
    api: int


@click.command("demo", epilog="Example: calltouch demo --leads 500")
@click.option("--leads", default=3000, show_default=True, help="Number of leads to send.")
@click.option("--days", default=30, show_default=True, help="Days to spread them over.")
@click.option("--seed", default=1, show_default=True, help="Random seed.")
@click.option("--stay/--no-stay", default=True, help="Keep serving until Ctrl-C.")
def command(leads: int, days: int, seed: int, stay: bool) -> int:
    """Start everything, have a simulated Calltouch send a month of leads, and show the pages.

    Uses ./data-demo, which is recreated on every run; your own data is not touched.
    """
    settings = Settings.load({})
    ports = DemoPorts(
        _free(settings.host, settings.port),
        _free(settings.dashboards_host, settings.dashboards_port),
        _free("127.0.0.1", 0),
    )
    _make_directory(ports)
    password, code = _make_admin()
    world = World(datetime.now(MOSCOW).replace(microsecond=0), seed, leads, days)
    page = f"http://{settings.dashboards_host}:{ports.dashboards}/"
    with (
        _running("serve") as server,
        _running("simulate", *_stand_in(world, ports)) as api,
        _until_interrupted(),
    ):
        _wait_until_ready(server, f"http://127.0.0.1:{ports.receiver}/readyz", f"{page}readyz")
        click.echo(f"Simulated Calltouch: sending {leads} leads over {days} days:")
        _run("simulate", *_simulation(world, ports))
        _wait_until_listening(api, ports.api)
        _pass_on_forms(world)
        _run("settle", "--flows")
        _say_where(page, code, password)
        if stay:
            click.echo("\nPress Ctrl-C to stop.")
            server.wait()
    return 0


def _simulation(world: World, ports: DemoPorts) -> list[str]:
    numbers = {"--leads": world.leads, "--days": world.days, "--seed": world.seed}
    return [
        *("--url", f"http://127.0.0.1:{ports.receiver}/webhook", "--secret", _SECRET),
        *("--rename", "callerphone=client_phone", "--get", "last-touch"),
        *("--until", world.until.isoformat()),
        *(word for flag, number in numbers.items() for word in (flag, str(number))),
    ]


def _stand_in(world: World, ports: DemoPorts) -> list[str]:
    """The API of the same world; what is created there comes back as webhooks."""
    return [*_simulation(world, ports), "--serve-api", f"127.0.0.1:{ports.api}", "--api-webhooks"]


def _pass_on_forms(world: World) -> None:
    calltouch = commands(_environment())
    address = begin_flow(calltouch)
    sent = send_forms(address, filled_forms(world, FIRST_SITE_ID, _FORMS))
    click.echo(f"Simulated site: {sent} web requests of its forms, sent to the flow {FLOW}.")


def _say_where(page: str, code: str, password: str) -> None:
    click.echo(f"\nThe leads:  {page}enter/{code}")
    click.echo(
        f"            (valid once, for an hour; after that: name {_ADMIN}, password {password})"
    )
    click.echo(f"The flow:   {page}flows (forms become requests in Calltouch; one of them failed)")
    click.echo(f"The tables: duckdb -readonly {DIRECTORY}/calltouch.duckdb")


def _environment() -> dict[str, str]:
    """Without the user's own settings: the demo must not send or write anywhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {f"{PREFIX}CONFIG": str(DIRECTORY / "calltouch.toml")}


def _make_directory(ports: DemoPorts) -> None:
    if DIRECTORY.exists() and not (DIRECTORY / _MARKER).exists():
        raise click.ClickException(f"{DIRECTORY} exists but was not made by the demo; move it away")
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir()
    (DIRECTORY / _MARKER).touch()
    text = _TOML.format(
        directory=DIRECTORY, ports=ports, secret=_SECRET, token=FAKE_TOKEN, site=FIRST_SITE_ID
    )
    (DIRECTORY / "calltouch.toml").write_text(text, encoding="utf-8")


def _make_admin() -> tuple[str, str]:
    """Create the demo's admin; returns the password and the code of a sign-in link."""
    password = secrets.token_urlsafe(12)
    with closing(AccessStore(DataDir(DIRECTORY).state)) as access, access.changing() as db:
        add_user(db, access.clock(), _ADMIN, Role.ADMIN, hash_password(password))
        return password, make_sign_in_code(db, access.clock(), _ADMIN)


def _free(host: str, port: int) -> int:
    """This port, or another if it is taken."""
    for candidate in (port, 0):
        try:
            with socket.create_server((host, candidate)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise click.ClickException(f"no free port on {host}")


@contextmanager
def _running(command: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    log = DIRECTORY / f"{command}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "calltouch.cli", command, *arguments],
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _until_interrupted() -> Iterator[None]:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nstopping …")


def _wait_until_ready(server: subprocess.Popen[bytes], *addresses: str) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while not all(map(_is_ready, addresses)):
        if server.poll() is not None or time.monotonic() > give_up_at:
            raise click.ClickException(f"the server did not start; see {DIRECTORY / 'serve.log'}")
        time.sleep(0.1)


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while not _is_listening(port):
        if process.poll() is not None or time.monotonic() > give_up_at:
            log = DIRECTORY / "simulate.log"
            raise click.ClickException(f"the simulated API did not start; see {log}")
        time.sleep(0.1)


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _is_ready(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "calltouch.cli", *arguments], env=_environment())
    if done.returncode:
        raise click.ClickException(f"`calltouch {arguments[0]}` failed")
