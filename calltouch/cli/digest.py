"""calltouch digest: turn the deliveries in the inbox into leads."""

import subprocess

import click
import duckdb

from calltouch.shipping_part import refuse_shipped
from receiver.data_dir import DataDir, prepare
from receiver.digest.archive.faults import TODO
from receiver.digest.recovery import note_digest_failure
from receiver.digest.running import Digest
from receiver.digest.store_keeper import DigestStopped, NoRoom
from receiver.digest.stores.makers import STORE_TROUBLES, store_of
from receiver.ending import ending_on_signals
from receiver.ops.logs import configure
from receiver.person_key import keep_key_at
from receiver.process_lock import DigestRunning, digest_lock
from receiver.settings.settings import Settings

# Digest takes no new batches after half of this; the rest is for publishing and archiving.
_WORK_SECONDS = 7.0


@click.command("digest", epilog="Example: calltouch digest --once")
@click.option("--once", is_flag=True, help="Digest what is there now, publish it and exit.")
def command(once: bool) -> None:
    """Digest deliveries into the store and publish it (`calltouch serve` runs this for you)."""
    configure()
    settings = Settings.load()
    prepare(settings.data_dir)
    refuse_shipped(settings, DataDir(settings.data_dir).inbox)
    keep_key_at(DataDir(settings.data_dir).person_key, settings.person_key_file)
    try:
        _digest(settings, once)
    except (DigestRunning, *STORE_TROUBLES) as why:
        raise click.ClickException(str(why)) from why
    except duckdb.Error as error:
        # An invalidated database can only be reopened by a new process.
        if settings.lake is None:
            note_digest_failure(settings.data_dir)
        raise click.ClickException(f"digest failed: {type(error).__name__}: {error}") from error
    except (OSError, subprocess.CalledProcessError, NoRoom) as error:
        raise click.ClickException(f"digest failed: {error}") from error
    except KeyboardInterrupt:
        click.echo("interrupted; the next start continues from here", err=True)
    except DigestStopped:
        click.echo("interrupted while rebuilding; the next start begins again", err=True)


def _digest(settings: Settings, once: bool) -> None:
    with ending_on_signals(_WORK_SECONDS) as stop:
        store = store_of(settings)
        if not once and not store.wait(stop):
            return
        with digest_lock(settings.data_dir, patience=2.0):
            digest = Digest(settings, stop, store)
            if not once:
                digest.run()
                return
            digest.finish()
            if digest.waits_for:
                raise click.ClickException(f"digest is waiting: {digest.waits_for}. {TODO}")
