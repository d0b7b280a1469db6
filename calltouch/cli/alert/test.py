"""calltouch alert test: does a message reach its channel?"""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from calltouch.alerts.channels import alert_channels
from calltouch.cli import FAILED
from receiver.alerts.outlets import NotTold
from receiver.alerts.telling import try_channel
from receiver.settings.settings import Settings


@click.command("test", epilog="Example: calltouch alert test telegram")
@click.argument("names", nargs=-1, metavar="[CHANNEL]…")
def test(names: tuple[str, ...]) -> int:
    """Send a test message, to all channels or to some."""
    settings = Settings.load()
    channels = {channel.name: channel for channel in alert_channels(settings)}
    unknown = [name for name in names if name not in channels]
    if unknown or not channels:
        known = ", ".join(channels) or "none; set CALLTOUCH_ALERT_TO or [alerts.<name>]"
        raise click.UsageError(f"no channel {', '.join(unknown)}; there are: {known}")
    failed = 0
    for name in names or channels:
        try:
            try_channel(channels[name], datetime.now(ZoneInfo(settings.timezone)))
            click.echo(f"{name}: sent")
        except NotTold as error:
            click.echo(f"{name}: not sent: {error}", err=True)
            failed = FAILED
    return failed
