"""calltouch flow operation: one operation, step by step."""

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.store import attempts
from flows.store import operations as stored
from receiver.decode.charset import best_text

_NOT_LISTED = ("input", "attempts", "nonce", "step", "order_key")


@click.command("operation", epilog="Example: calltouch flow operation 17")
@click.argument("operation_id", type=int)
@json_option
def operation(operation_id: int, as_json: bool) -> int:
    """Show an operation: what came in, each web request as sent, its answer, and what is next.

    Secrets are shown as {{secret.name}}; what came in may hold personal data.
    """
    with flow_commands() as commands:
        zone = ZoneInfo(commands.settings.timezone)
        found = stored.operation(commands.db, operation_id)
        if found is None:
            raise click.ClickException(f"there is no operation {operation_id}")
        described = {
            **asdict(found),
            "input": _readable(attempts.input_of(commands.db, operation_id)),
            "attempts": [
                _described(commands.db, attempt)
                for attempt in attempts.attempts_of(commands.db, operation_id)
            ],
        }
    if as_json:
        print_json(described)
    else:
        _print(described, zone)
    return 0


def _readable(stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """Bytes of a delivery are stored as Latin-1; people read them as what they are."""
    if stored is None or "method" not in stored:
        return stored
    texts = {part: best_text(stored[part].encode("latin-1"))[0] for part in ("query", "body")}
    return {**stored, **texts}


def _described(db: sqlite3.Connection, attempt: attempts.Attempt) -> dict[str, Any]:
    place = (attempt.operation_id, attempt.step, attempt.attempt)
    bodies = {part: attempts.body_of(db, *place, part) for part in ("request", "answer")}
    texts = {
        part: None if body is None else body.decode("utf-8", "replace")
        for part, body in bodies.items()
    }
    return {**asdict(attempt), **texts}


def _print(described: dict[str, Any], zone: ZoneInfo) -> None:
    for name, value in described.items():
        if name not in _NOT_LISTED and value not in (None, "", (), 0):
            click.echo(f"{name}: {_shown(name, value, zone)}")
    click.echo(f"\n{_input_text(described['input'])}")
    for attempt in described["attempts"]:
        result = attempt["outcome"] or "not ended"
        reasons = [f"status {attempt['status']}"] if attempt["status"] else [attempt["reason"]]
        words = ", ".join([result, *filter(None, reasons)])
        click.echo(f"\nstep {attempt['step'] + 1}, try {attempt['attempt']}: {words}")
        for part in ("request", "answer"):
            if attempt[part] is not None:
                click.echo(f"{part}:\n{_safe(attempt[part].rstrip())}")


def _shown(name: str, value: Any, zone: ZoneInfo) -> str:
    if name == "due_at":
        return f"{datetime.fromtimestamp(value, zone):%Y-%m-%d %H:%M:%S %Z}"
    if name.endswith("_at"):
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    return "; ".join(value) if isinstance(value, tuple) else _safe(str(value))


def _input_text(stored: dict[str, Any] | None) -> str:
    if stored is None:
        return "what came in is not kept any more"
    if "method" not in stored:
        return f"fields:\n{_safe(json.dumps(stored, ensure_ascii=False, indent=1))}"
    query = f"?{stored['query']}" if stored["query"] else ""
    head = f"{stored['method']} {query}".rstrip()
    lines = (f"came in, from {stored['ip']}:", head, stored["content_type"], "", stored["body"])
    return _safe("\n".join(lines).rstrip())


def _safe(text: str) -> str:
    """Nothing in it commands the terminal, whoever wrote it."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
