"""The demo's own data directory: its settings, its ports, its admin."""

import os
import secrets
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from dashboards.access.people import add_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.links import make_sign_in_code
from dashboards.access.sign_in.passwords import hash_password
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.settings.settings import PREFIX, Settings
from simulator.api.options import FAKE_TOKEN
from simulator.market.sites import FIRST_SITE_ID

DIRECTORY = Path("data-demo")
SECRET = "demo"
ADMIN = "demo"
_MARKER = ".made-by-calltouch-demo"
_LOCAL = "127.0.0.1"
# A typical account: one renamed parameter, a second webhook, and an API that flows send to. Other
# commands take all of it with CALLTOUCH_CONFIG=data-demo/calltouch.toml.
_TOML = """\
data_dir = "{directory}"
host = "{host}"
port = {ports.receiver}
dashboards_host = "{host}"
dashboards_port = {ports.dashboards}
public_url = "http://{host}:{ports.receiver}"
allowed_networks = "127.0.0.0/8"
webhook_secret = "{secret}"
api_url = "{ports.api_url}"
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

    @property
    def page(self) -> str:
        return f"http://{_LOCAL}:{self.dashboards}/"

    @property
    def webhook(self) -> str:
        return f"http://{_LOCAL}:{self.receiver}/webhook"

    @property
    def api_url(self) -> str:
        return f"http://{_LOCAL}:{self.api}"

    @property
    def ready(self) -> tuple[str, str]:
        """Who answers these is ready."""
        return (f"http://{_LOCAL}:{self.receiver}/readyz", f"{self.page}readyz")


@contextmanager
def held_ports(environ: Mapping[str, str]) -> Iterator[DemoPorts]:
    """Those that are set, or free ones in place of those that are taken; nobody else gets them
    meanwhile. Raises `SettingsError`."""
    names = (f"{PREFIX}PORT", f"{PREFIX}DASHBOARDS_PORT")
    # No other setting of the user's is for the demo.
    settings = Settings.load({name: environ[name] for name in names if name in environ})
    with (
        _held("the receiver", settings.port, names[0]) as receiver,
        _held("the dashboards", settings.dashboards_port, names[1]) as dashboards,
        socket.create_server((_LOCAL, 0)) as api,
    ):
        yield DemoPorts(*(held.getsockname()[1] for held in (receiver, dashboards, api)))


def _held(what: str, wanted: int, name: str) -> socket.socket:
    try:
        return socket.create_server((_LOCAL, wanted))
    except OSError:
        held = socket.create_server((_LOCAL, 0))
    port = held.getsockname()[1]
    click.echo(f"Port {wanted} is taken: {what} will be on {port} (to choose one: {name}).")
    return held


def make_directory(ports: DemoPorts) -> None:
    """Empty but for the settings; what an earlier demo left is removed."""
    if DIRECTORY.exists() and not (DIRECTORY / _MARKER).exists():
        raise click.ClickException(f"{DIRECTORY} exists but was not made by the demo; move it away")
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir()
    (DIRECTORY / _MARKER).touch()
    text = _TOML.format(
        directory=DIRECTORY,
        host=_LOCAL,
        ports=ports,
        secret=SECRET,
        token=FAKE_TOKEN,
        site=FIRST_SITE_ID,
    )
    (DIRECTORY / "calltouch.toml").write_text(text, encoding="utf-8")


def environment() -> dict[str, str]:
    """Without the user's own settings: the demo must not send or write anywhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {f"{PREFIX}CONFIG": str(DIRECTORY / "calltouch.toml")}


def make_admin() -> str:
    """The admin's password."""
    password = secrets.token_urlsafe(12)
    with closing(AccessStore(DataDir(DIRECTORY).state)) as access, access.changing() as db:
        add_user(db, access.clock(), ADMIN, Role.ADMIN, hash_password(password))
    return password


def make_code() -> str:
    """Of a link that signs the admin in, once."""
    with closing(AccessStore(DataDir(DIRECTORY).state)) as access, access.changing() as db:
        return make_sign_in_code(db, access.clock(), ADMIN)
