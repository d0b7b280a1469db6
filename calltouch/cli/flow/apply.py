"""calltouch flow apply: put definitions in force."""

from collections.abc import Sequence
from pathlib import Path

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.check import definition_files, read_definition
from calltouch.cli.flow.store import FlowCommands, flow_commands
from flows.store.definitions import apply_definition


@click.command("apply", epilog="Example: calltouch flow apply leads-from-tilda")
@click.argument("names", nargs=-1)
def apply(names: Sequence[str]) -> int:
    """Check the definitions NAMES (all by default) and put them in force, as new versions.

    One that does not pass the check never replaces one that did. A new flow is stopped at first.
    """
    failed = 0
    with flow_commands() as commands:
        paths = [path for path in definition_files() if not names or path.stem in names]
        for name in sorted({*names} - {path.stem for path in paths}):
            click.echo(f"{name}: there is no {name}.toml in {commands.settings.definitions_dir}")
            failed += 1
        for path in paths:
            read = read_definition(path)
            for problem in read.problems:
                click.echo(f"{path}: {problem}")
            if read.flow is None:
                click.echo(f"{path.stem}: not applied")
                failed += 1
                continue
            version = _apply(commands, path)
            click.echo(f"{path.stem}: version {version} is in force")
        commands.publish_addresses()
    return FAILED if failed else 0


def _apply(commands: FlowCommands, path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    return commands.write(
        lambda db: apply_definition(db, path.stem, text, commands.now, commands.who)
    )
