"""The command line: `calltouch …`. One command a file, registered in `COMMANDS`.

Exit codes: 0 done, 1 failed, 2 bad usage or settings, 3 differences found.
"""

import importlib
import sqlite3
import sys
from collections.abc import Sequence

import click

from analytics.state_file import trouble_with
from calltouch.cli.output import let_any_text_through
from receiver import __version__
from receiver.data_dir import DataDir, InvalidDataDir
from receiver.person_key import InvalidPersonKey
from receiver.settings.settings import Settings, SettingsError

COMMANDS = {
    "serve": "calltouch.cli.serve",
    "digest": "calltouch.cli.digest",
    "ship": "calltouch.cli.ship",
    "take": "calltouch.cli.take",
    "parcels": "calltouch.cli.parcels",
    "settle": "calltouch.cli.settle",
    "rebuild": "calltouch.cli.rebuild",
    "archive": "calltouch.cli.archive",
    "backup": "calltouch.cli.backup",
    "restore": "calltouch.cli.restore",
    "erase": "calltouch.cli.erase",
    "prune": "calltouch.cli.prune",
    "migrate": "calltouch.cli.migrate",
    "upkeep": "calltouch.cli.upkeep",
    "keyed": "calltouch.cli.keyed",
    "export": "calltouch.cli.export",
    "resync": "calltouch.cli.resync",
    "reconcile": "calltouch.cli.reconcile",
    "send": "calltouch.cli.send",
    "flow": "calltouch.cli.flow",
    "demo": "calltouch.cli.demo",
    "simulate": "calltouch.cli.simulate",
    "alert": "calltouch.cli.alert",
    "note": "calltouch.cli.timeline_note",
    "report": "calltouch.cli.report",
    "snapshot": "calltouch.cli.snapshot",
    "calendar": "calltouch.cli.work_calendar",
    "job": "calltouch.cli.job",
    "user": "calltouch.cli.user",
    "token": "calltouch.cli.token",
    "view": "calltouch.cli.view",
    "guest": "calltouch.cli.guest",
    "mcp": "calltouch.cli.mcp",
    "config": "calltouch.cli.config",
    "doctor": "calltouch.cli.doctor",
}

FAILED, WRONG_USAGE, DIFFERENCES = 1, 2, 3


class _Commands(click.Group):
    """Imports a command only when it runs: the supervisor must not load what digest needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command


@click.command(cls=_Commands)
@click.version_option(__version__, prog_name="calltouch")
def cli() -> None:
    """Receive Calltouch webhooks, store every one, and show the leads."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    let_any_text_through()
    try:
        result = cli.main(argv, prog_name="calltouch", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SettingsError as error:
        click.echo(f"calltouch: {error}", err=True)
        return WRONG_USAGE
    except (InvalidDataDir, InvalidPersonKey) as error:
        click.echo(f"calltouch: {error}", err=True)
        return FAILED
    except sqlite3.Error as error:
        state = DataDir(Settings.load().data_dir).state
        click.echo(f"calltouch: {trouble_with(state, error)}", err=True)
        return FAILED
    except click.Abort:
        click.echo("stopped", err=True)
        return FAILED
    return result if isinstance(result, int) else 0


def run() -> None:
    sys.exit(main())
