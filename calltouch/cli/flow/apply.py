"""calltouch flow apply: put definitions in force."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.check import definition_files, read_definition
from calltouch.cli.flow.rehearse import rehearsal_lines, rehearse_flows
from calltouch.cli.flow.store import FlowCommands, flow_commands
from flows.definition.flow import Flow
from flows.definition.reading import read_flow
from flows.rehearsal import Span
from flows.store.definitions import NoSuchFlow, apply_definition, stored_flow

_REHEARSED = 100


@click.command("apply", epilog="Example: calltouch flow apply leads-from-tilda")
@click.argument("names", nargs=-1)
@click.option("--yes", is_flag=True, help="Do not show what would change, and do not ask.")
def apply(names: Sequence[str], yes: bool) -> int:
    """Check the definitions NAMES (all by default) and put them in force, as new versions.

    One that does not pass the check never replaces one that did. A new flow is stopped at first.
    On a terminal the last operations are rehearsed before a changed definition is put in force.
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
            if not yes and sys.stdin.isatty() and not _is_wanted(commands, read.flow):
                click.echo(f"{path.stem}: not applied")
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


def _is_wanted(commands: FlowCommands, edited: Flow) -> bool:
    """Asked only where the definition has changed and something would be different."""
    try:
        stored = stored_flow(commands.db, edited.name)
    except NoSuchFlow:
        return True
    before = read_flow(edited.name, stored.definition).flow
    if before is None:
        return True
    result = rehearse_flows(commands, before, edited, Span(_REHEARSED))
    if not result.has_differences:
        return True
    click.echo(f"{edited.name}, the last operations:")
    for line in rehearsal_lines(result):
        click.echo(line)
    return click.confirm("Put it in force?")
