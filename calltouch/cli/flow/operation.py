"""calltouch flow operation: one operation, step by step."""

import sqlite3
from dataclasses import asdict
from typing import Any

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.store import attempts
from flows.store import operations as stored


@click.command("operation", epilog="Example: calltouch flow operation 17")
@click.argument("operation_id", type=int)
@json_option
def operation(operation_id: int, as_json: bool) -> int:
    """Show an operation: what came in, each web request as sent, its answer, and what is next.

    Secrets are shown as {{secret.name}}; what came in may hold personal data.
    """
    with flow_commands() as commands:
        found = stored.operation(commands.db, operation_id)
        if found is None:
            raise click.ClickException(f"there is no operation {operation_id}")
        described = {
            **asdict(found),
            "input": attempts.input_of(commands.db, operation_id),
            "attempts": [
                _described(commands.db, attempt)
                for attempt in attempts.attempts_of(commands.db, operation_id)
            ],
        }
    if as_json:
        print_json(described)
    else:
        _print(described)
    return 0


def _described(db: sqlite3.Connection, attempt: attempts.Attempt) -> dict[str, Any]:
    place = (attempt.operation_id, attempt.step, attempt.attempt)
    bodies = {part: attempts.body_of(db, *place, part) for part in ("request", "answer")}
    texts = {
        part: None if body is None else body.decode("utf-8", "replace")
        for part, body in bodies.items()
    }
    return {**asdict(attempt), **texts}


def _print(described: dict[str, Any]) -> None:
    for name, value in described.items():
        if name not in ("input", "attempts") and value not in (None, "", ()):
            click.echo(f"{name}: {value}")
    click.echo(f"\ninput: {described['input']}")
    for attempt in described["attempts"]:
        result = attempt["outcome"] or "not ended"
        status = "" if attempt["status"] is None else f", status {attempt['status']}"
        click.echo(f"\nstep {attempt['step'] + 1}, try {attempt['attempt']}: {result}{status}")
        for part in ("request", "answer"):
            if attempt[part] is not None:
                click.echo(f"{part}:\n{attempt[part]}")
