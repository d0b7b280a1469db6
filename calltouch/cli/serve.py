"""calltouch serve: run receiver, dashboards and digest."""

import os
import signal
import socket
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import click

from analytics.state_file import trouble_with
from calltouch.listeners import link, listen
from calltouch.shipping_part import require_parcels
from calltouch.supervisor import Child, Supervisor
from calltouch.systemd import inherited_listeners
from dashboards.access.kept_tables import has_schedules
from dashboards.access.sign_in.links import make_set_up_code
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir, prepare
from receiver.jobs.running import call_runner
from receiver.ops import metrics
from receiver.ops.logs import configure
from receiver.person_key import keep_key_at
from receiver.process_lock import LockHeld, hold
from receiver.server import options as options_of_gunicorn
from receiver.settings.settings import Settings
from receiver.settings.sources import service_link_advice

_OPTIONS = (
    ("--host", "host", "Address the receiver listens on."),
    ("--port", "port", "Receiver port."),
    ("--workers", "workers", "Receiver worker processes."),
    ("--threads", "threads", "Threads per receiver worker."),
    ("--dashboards-host", "dashboards_host", "Address the dashboards listen on."),
    ("--dashboards-port", "dashboards_port", "Dashboards port."),
    ("--dashboards-workers", "dashboards_workers", "Dashboards worker processes."),
    ("--dashboards-threads", "dashboards_threads", "Threads per dashboards worker."),
)

_OF_SYSTEMD = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC")


@click.command(
    "serve",
    params=[
        click.Option([flag, name], metavar="VALUE", help=meaning)
        for flag, name, meaning in _OPTIONS
    ],
    epilog="Example: calltouch serve --port 8000 --workers 4",
)
def command(**options: str | None) -> None:
    """Receive webhooks, digest them and show the dashboards.

    SIGTERM shuts down cleanly within 15 seconds; SIGHUP reloads the settings without refusing
    connections.
    """
    configure()
    settings = Settings.load(overrides=options)
    require_parcels(settings)
    options_of_gunicorn.raise_descriptor_limit()
    try:
        prepare(settings.data_dir)
        keep_key_at(DataDir(settings.data_dir).person_key, settings.person_key_file)
        # Before touching anything that another `serve` may be using.
        with hold(DataDir(settings.data_dir).serve_lock):
            _serve(settings, options)
    except LockHeld as held:
        raise click.ClickException(
            f"{settings.data_dir} is being served by {held}; stop that process first, or "
            "use another CALLTOUCH_DATA_DIR"
        ) from held


def _serve(settings: Settings, options: dict[str, str | None]) -> None:
    receiver, dashboards = _listeners(settings)
    metrics.forget(settings.data_dir)
    _call_runner(settings)
    _announce(settings, receiver, dashboards)
    Supervisor(_children(settings, receiver, dashboards), _environment(options)).run()
    metrics.forget(settings.data_dir)


def _call_runner(settings: Settings) -> None:
    """For jobs that waited while nothing ran; webhooks do not wait for them."""
    with suppress(sqlite3.Error, OSError):
        call_runner(DataDir(settings.data_dir))


def _children(
    settings: Settings, receiver: socket.socket, dashboards: socket.socket | None
) -> list[Child]:
    receiving = _receiving(settings, receiver)
    showing = [] if dashboards is None else [_showing(settings, dashboards)]
    return [receiving, *showing, *_beside(settings, receiving)]


def _receiving(settings: Settings, receiver: socket.socket) -> Child:
    return Child(
        "receiver",
        gunicorn_command(
            "calltouch.receiver_app:load()", receiver.fileno(), settings.workers, settings.threads
        ),
        receiver,
        reload=signal.SIGHUP,
        longest_pause=1.0,
    )


def _showing(settings: Settings, dashboards: socket.socket) -> Child:
    command = gunicorn_command(
        "calltouch.app:load_dashboards()",
        dashboards.fileno(),
        settings.dashboards_workers,
        settings.dashboards_threads,
    )
    return Child("dashboards", command, dashboards, reload=signal.SIGHUP)


def _beside(settings: Settings, receiving: Child) -> list[Child]:
    """What is made of deliveries; on a host that ships, others do that."""
    command = [sys.executable, "-m", "calltouch.cli"]
    if settings.ships:
        return [Child("ship", [*command, "ship"], feeder=receiving)]
    children = [Child("digest", [*command, "digest"], feeder=receiving)]
    if settings.parcels is not None:
        children.append(Child("take", [*command, "take"]))
    place = DataDir(settings.data_dir)
    children.append(
        Child("flows", [*command, "flow", "run"], feeder=receiving, waits_for=place.flows_store)
    )
    children.append(Child("jobs", [*command, "job", "run"], waits_for=place.jobs_waiting))
    children.append(Child("alerts", [*command, "alert", "watch"]))
    if settings.resync_at is not None:
        children.append(Child("resync", [*command, "resync", "--daily"]))
    if settings.backup_at is not None:
        children.append(Child("backup", [*command, "backup", "--daily"]))
    if settings.keyed_seconds:
        children.append(
            Child(
                "keyed",
                [*command, "keyed", "--if-due"],
                waits_for=place.published if settings.lake is None else None,
                interval=settings.keyed_seconds,
                makes=place.keyed,
            )
        )
    children.append(
        Child("mails", [*command, "report", "--scheduled"], waits_for=_first_schedule(settings))
    )
    return children


def _first_schedule(settings: Settings) -> Path | None:
    """The file that tells of it; None where there is something to send already."""
    place = DataDir(settings.data_dir)
    if settings.mails:
        return None
    with (
        suppress(sqlite3.Error),
        closing(AccessStore(place.state, patience=2.0)) as access,
        access.reading() as db,
    ):
        return None if has_schedules(db) else place.sends_reports
    return place.sends_reports


def _listeners(settings: Settings) -> tuple[socket.socket, socket.socket | None]:
    """Receiver and dashboards, in this order: from systemd's socket unit, or opened here. A host
    that ships has no dashboards."""
    given = inherited_listeners(os.environ)
    try:
        receiver = given[0] if given else listen(settings.host, settings.port)
        if settings.ships:
            return receiver, None
        if len(given) > 1:
            return receiver, given[1]
        return receiver, listen(settings.dashboards_host, settings.dashboards_port)
    except OSError as error:
        raise click.ClickException(f"cannot listen: {error}; is another server running?") from error


def _announce(
    settings: Settings, receiver: socket.socket, dashboards: socket.socket | None
) -> None:
    if settings.service_links:
        click.echo(service_link_advice(settings.service_links), err=True)
    click.echo(f"receiver: {link(*receiver.getsockname()[:2])}")
    if dashboards is None:
        return
    shown_at = link(*dashboards.getsockname()[:2]) + settings.base_path
    click.echo(f"dashboards: {shown_at}")
    _offer_set_up(settings, shown_at)


def _offer_set_up(settings: Settings, dashboards: str) -> None:
    """While there are no users, print a link to create the first one. Webhooks do not need it."""
    state = DataDir(settings.data_dir).state
    try:
        with closing(AccessStore(state, patience=2.0)) as access, access.changing() as db:
            code = make_set_up_code(db, access.clock())
    except (sqlite3.Error, OSError) as error:
        click.echo(f"nobody can sign in to the dashboards: {trouble_with(state, error)}", err=True)
        return
    if code is not None:
        click.echo(f"set up the first user: {dashboards}/set-up/{code}")


def _environment(options: dict[str, str | None]) -> dict[str, str]:
    """Environment of the child processes: ours plus the given options."""
    kept = {name: text for name, text in os.environ.items() if name not in _OF_SYSTEMD}
    given = {f"CALLTOUCH_{name.upper()}": value for name, value in options.items() if value}
    return kept | given


def gunicorn_command(app: str, listener: int, workers: int, threads: int) -> list[str]:
    """Command line that serves an application on an inherited listening descriptor."""
    options = {
        # Explicit, so that gunicorn.conf.py in the current directory is not used.
        "--config": f"python:{options_of_gunicorn.__name__}",
        "--bind": f"fd://{listener}",
        "--workers": str(workers),
        "--threads": str(threads),
    }
    flags = [word for pair in options.items() for word in pair]
    return [sys.executable, "-m", "gunicorn", app, *flags]
