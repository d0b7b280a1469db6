"""calltouch alert watch: looks whether something is wrong, and tells people."""

import signal
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from calltouch.alerts.channels import alert_channels, alert_pace
from calltouch.alerts.sources import watched_sources
from calltouch.cli import FAILED
from receiver.alerts.telling import ChannelTeller
from receiver.alerts.watch import AlertWatch
from receiver.data_dir import DataDir, prepare
from receiver.ops.logs import configure
from receiver.process_lock import LockHeld, hold
from receiver.settings.settings import Settings


@click.command("watch", epilog="Example: calltouch alert watch")
def watch() -> int:
    """Look whether something is wrong, and tell people. `serve` starts it."""
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    place, zone = DataDir(settings.data_dir), ZoneInfo(settings.timezone)

    def clock() -> datetime:
        return datetime.now(zone)

    tellers = [
        ChannelTeller(place.state, channel, alert_pace(settings), clock)
        for channel in alert_channels(settings)
    ]
    damped = timedelta(seconds=settings.alert_pauses[0])
    stop = _stop_on_signals()
    watching = AlertWatch(place.state, watched_sources(settings, clock(), stop), damped, clock)
    try:
        # Two of them would tell everything twice.
        with hold(place.alerts_lock):
            watching.run(tellers, stop)
    except LockHeld as held:
        click.echo(f"calltouch: alerts are watched already: {held}", err=True)
        return FAILED
    return 0


def _stop_on_signals() -> threading.Event:
    """This process has no DuckDB that would have to be interrupted, and stays small without it."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
