"""calltouch digest: turn what the inbox holds into leads."""

import signal
import subprocess
import threading

import click
import duckdb

from receiver.data_dir import prepare
from receiver.digest.archive_faults import TODO
from receiver.digest.lock import DigestRunning, digest_lock
from receiver.digest.recovery import note_digest_failure
from receiver.digest.running import Digest, NoRoom, Stopped
from receiver.logs import configure
from receiver.settings import Settings


@click.command("digest", epilog="Example: calltouch digest --once")
@click.option("--once", is_flag=True, help="Digest what there is now, publish it, and end.")
def command(once: bool) -> None:
    """Digest deliveries into the store and publish it (`calltouch serve` does this by itself)."""
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with digest_lock(settings.data_dir, patience=2.0):
            digest = Digest(settings, stop)
            if once:
                digest.finish()
                if digest.waits_for:
                    raise click.ClickException(f"digest waits: {digest.waits_for}. {TODO}")
            else:
                digest.run()
    except DigestRunning as running:
        raise click.ClickException(str(running)) from running
    except duckdb.Error as error:
        # An invalidated database can only be opened anew, by a new process.
        note_digest_failure(settings.data_dir)
        raise click.ClickException(f"digest failed: {type(error).__name__}: {error}") from error
    except (OSError, subprocess.CalledProcessError, NoRoom) as error:
        raise click.ClickException(f"digest failed: {error}") from error
    except Stopped:
        click.echo("stopped while rebuilding; it begins anew at the next start", err=True)
