"""calltouch alert …: people are told when something is wrong. One subcommand a file.

Each is imported when it runs: the process that watches stays small.
"""

import importlib

import click

SUBCOMMANDS = {
    "list": "calltouch.cli.alert.listing:listing",
    "test": "calltouch.cli.alert.test:test",
    "rules": "calltouch.cli.alert.rules:rules",
    "look": "calltouch.cli.alert.look:look",
    "watch": "calltouch.cli.alert.watch:watch",
}


class _AlertCommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _, name = SUBCOMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command("alert", cls=_AlertCommands, epilog="Example: calltouch alert test")
def command() -> None:
    """Alerts: what is wrong, and who is told."""
