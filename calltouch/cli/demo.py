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
from pathlib import Path

import click
import requests

from dashboards.access.people import add_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.links import make_sign_in_code
from dashboards.access.sign_in.passwords import hash_password
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.settings.settings import PREFIX, Settings

DIRECTORY = Path("data-demo")
_MARKER = ".made-by-calltouch-demo"
_START_SECONDS = 30.0
_SECRET = "demo"
_ADMIN = "demo"
# A typical account: one renamed parameter and a second webhook.
_TOML = """\
[webhooks.default]
rename = {client_phone = "callerphone"}

[webhooks.last-touch]
model = 0
"""


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
    receiver = _free(settings.host, settings.port)
    dashboards = _free(settings.dashboards_host, settings.dashboards_port)
    _make_directory()
    password, code = _make_admin()
    environ = _environment(receiver, dashboards)
    page = f"http://{settings.dashboards_host}:{dashboards}/"
    with _serving(environ) as server:
        _wait_until_ready(server, f"http://127.0.0.1:{receiver}/readyz", f"{page}readyz")
        click.echo(f"Simulated Calltouch: sending {leads} leads over {days} days:")
        _run(environ, "simulate", *_simulation(receiver, leads, days, seed))
        _run(environ, "settle")
        click.echo(f"\nThe leads:  {page}enter/{code}")
        click.echo(
            f"            (valid once, for an hour; after that: name {_ADMIN}, password {password})"
        )
        click.echo(f"The tables: duckdb -readonly {DIRECTORY}/calltouch.duckdb")
        if stay:
            click.echo("\nPress Ctrl-C to stop.")
            server.wait()
    return 0


def _simulation(port: int, leads: int, days: int, seed: int) -> list[str]:
    counts = {"--leads": leads, "--days": days, "--seed": seed}
    return [
        *("--url", f"http://127.0.0.1:{port}/webhook", "--secret", _SECRET),
        *("--rename", "callerphone=client_phone", "--get", "last-touch"),
        *(word for flag, count in counts.items() for word in (flag, str(count))),
    ]


def _environment(receiver: int, dashboards: int) -> dict[str, str]:
    """Without the user's own settings: the demo must not send or write anywhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    own = {
        "CONFIG": DIRECTORY / "calltouch.toml",
        "DATA_DIR": DIRECTORY,
        "HOST": "127.0.0.1",
        "PORT": receiver,
        "DASHBOARDS_PORT": dashboards,
        "ALLOWED_NETWORKS": "127.0.0.0/8",
        "WEBHOOK_SECRET": _SECRET,
    }
    return kept | {PREFIX + name: str(value) for name, value in own.items()}


def _make_directory() -> None:
    if DIRECTORY.exists() and not (DIRECTORY / _MARKER).exists():
        raise click.ClickException(f"{DIRECTORY} exists but was not made by the demo; move it away")
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir()
    (DIRECTORY / _MARKER).touch()
    (DIRECTORY / "calltouch.toml").write_text(_TOML, encoding="utf-8")


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
def _serving(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    log = DIRECTORY / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "calltouch.cli", "serve"],
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield server
    except KeyboardInterrupt:
        click.echo("\nstopping …")
    finally:
        server.terminate()
        server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], *addresses: str) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while not all(map(_is_ready, addresses)):
        if server.poll() is not None or time.monotonic() > give_up_at:
            raise click.ClickException(f"the server did not start; see {DIRECTORY / 'serve.log'}")
        time.sleep(0.1)


def _is_ready(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _run(environ: dict[str, str], *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "calltouch.cli", *arguments], env=environ)
    if done.returncode:
        raise click.ClickException(f"`calltouch {arguments[0]}` failed")
