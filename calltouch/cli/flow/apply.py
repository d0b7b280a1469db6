"""calltouch flow apply: put definitions in force."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.check import definition_files, read_definition
from calltouch.cli.flow.rehearse import rehearsal_lines, rehearse_flows
from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json
from flows.definition.flow import Flow
from flows.definition.reading import read_flow
from flows.definition.tables import Problem
from flows.rehearsal import Span
from flows.store.definitions import NoSuchFlow, apply_definition, stored_flow

_REHEARSED = 100


@click.command("apply", epilog="Example: calltouch flow apply leads-from-tilda")
@click.argument("names", nargs=-1)
@click.option("--yes", is_flag=True, help="Do not show what would change, and do not ask.")
@json_option
def apply(names: Sequence[str], yes: bool, as_json: bool) -> int:
    """Check the definitions NAMES (all by default) and put them in force, as new versions.

    One that does not pass the check never replaces one that did. A new flow is stopped at first.
    On a terminal the last operations are rehearsed before a changed definition is put in force.
    """
    with flow_commands() as commands:
        paths = [path for path in definition_files() if not names or path.stem in names]
        applied = [
            Applied(name, f"there is no {name}.toml in {commands.settings.definitions_dir}")
            for name in sorted({*names} - {path.stem for path in paths})
        ]
        asks = not (yes or as_json) and sys.stdin.isatty()
        for path in paths:
            applied.append(_applied(commands, path, asks=asks))
            if not as_json:
                for problem in applied[-1].problems:
                    click.echo(f"{path}: {problem}")
        commands.publish_addresses()
    if as_json:
        print_json([asdict(one) for one in applied])
    else:
        for one in applied:
            click.echo(f"{one.flow}: {one.error or f'version {one.version} is in force'}")
    return FAILED if any(one.error and not one.is_refused for one in applied) else 0


@dataclass(frozen=True, slots=True)
class Applied:
    """`version`: in force from now on; None where it was not applied, and `error` says why.
    `is_refused`: by whoever was asked."""

    flow: str
    error: str = ""
    version: int | None = None
    problems: tuple[Problem, ...] = ()
    is_refused: bool = False


def _applied(commands: FlowCommands, path: Path, *, asks: bool) -> Applied:
    read = read_definition(path)
    if read.flow is None:
        return Applied(path.stem, "not applied", problems=read.problems)
    if asks and not _is_wanted(commands, read.flow):
        return Applied(path.stem, "not applied", None, read.problems, is_refused=True)
    return Applied(path.stem, "", _apply(commands, path), read.problems)


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
