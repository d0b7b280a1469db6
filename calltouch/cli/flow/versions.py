"""calltouch flow versions: what a flow has been."""

import difflib
from collections.abc import Sequence

import click

from calltouch.cli import WRONG_USAGE
from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json, print_table
from flows.store.definitions import StoredVersion, versions_of


@click.command("versions", epilog="Example: calltouch flow versions leads-from-tilda --diff 1 2")
@click.argument("name")
@click.option(
    "--diff", "pair", type=int, nargs=2, metavar="A B", help="Show what has changed from A to B."
)
@json_option
def versions(name: str, pair: Sequence[int] | None, as_json: bool) -> int:
    """List the versions of a flow, the newest last, or show how two differ."""
    with flow_commands() as commands:
        stored = {version.version: version for version in versions_of(commands.db, name)}
    if not pair:
        rows = [_row(version) for version in stored.values()]
        print_json(rows) if as_json else print_table(rows)
        return 0
    for number in pair:
        if number not in stored:
            click.echo(f"calltouch: {name} has no version {number}", err=True)
            return WRONG_USAGE
    changes = _differences(*(stored[number] for number in pair))
    if as_json:
        print_json({"from": pair[0], "to": pair[1], "diff": changes})
    else:
        click.echo("\n".join(changes) or f"{pair[0]} and {pair[1]} are the same")
    return 0


def _row(version: StoredVersion) -> dict[str, object]:
    return {"version": version.version, "made_at": version.made_at, "made_by": version.made_by}


def _differences(before: StoredVersion, after: StoredVersion) -> list[str]:
    return list(
        difflib.unified_diff(
            before.definition.splitlines(),
            after.definition.splitlines(),
            f"version {before.version}",
            f"version {after.version}",
            lineterm="",
        )
    )
