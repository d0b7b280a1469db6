"""calltouch flow remove: a flow that nobody needs any more."""

import sqlite3
from pathlib import Path

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.deciding import waiting_for_an_end
from flows.store.definitions import remove_flow, stored_flow


@click.command("remove", epilog="Example: calltouch flow remove leads-from-tilda")
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> int:
    """Remove a flow that is stopped and has nothing to decide.

    Its address answers 404 from now on. Its operations and versions stay; its file is kept as
    NAME.toml.removed.
    """
    with flow_commands() as commands:

        def change(db: sqlite3.Connection) -> str:
            """Why it cannot be; empty where it was removed."""
            if stored_flow(db, name).is_running:
                return f"it is running: calltouch flow stop {name}"
            left = waiting_for_an_end(db, name)
            if left:
                return f"{left} operations have not ended or wait for a person: {_hint(name)}"
            remove_flow(db, name)
            return ""

        why = commands.write(change)
        if why:
            if as_json:
                print_json({"flow": name, "removed": False, "error": why})
            else:
                click.echo(f"calltouch: {name} was not removed: {why}", err=True)
            return FAILED
        commands.publish_addresses()
        kept = _set_aside(commands.settings.definitions_dir / f"{name}.toml")
    if as_json:
        print_json({"flow": name, "removed": True, "file": kept and str(kept)})
        return 0
    click.echo(f"{name} is removed" + (f"; its file is {kept}" if kept else ""))
    return 0


def _hint(name: str) -> str:
    return f"calltouch flow operations --flow {name}"


def _set_aside(path: Path) -> Path | None:
    """So that the next `apply` does not make it anew."""
    kept = path.with_suffix(".toml.removed")
    try:
        return path.replace(kept)
    except FileNotFoundError:
        return None
