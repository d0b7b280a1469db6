"""calltouch token: API tokens for programs."""

from datetime import timedelta
from typing import Any

import click

from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table
from calltouch.cli.user_changes import changing, granted, role_choice, say, sites_option
from dashboards.access.tokens import list_tokens


@click.group(
    "token",
    invoke_without_command=True,
    epilog="Example: calltouch token create --role analyst --name crm",
)
@click.pass_context
def command(context: click.Context) -> None:
    """Create, list and revoke API tokens for programs.

    Send the token in the header `Authorization: Bearer <token>`.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("create", epilog="Example: calltouch token create --role analyst --name crm")
@click.option("--role", type=role_choice, required=True, help="What the program may see.")
@click.option("--name", help="Name of the token.  [default: the role and a number]")
@sites_option
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    help="Valid for so many days.  [default: until it is revoked]",
)
@dry_run_option
def create(role: str, name: str | None, sites: str | None, days: int | None, dry_run: bool) -> None:
    """Create a token and print it, and nothing else, to standard output.

    Only its hash is stored, so it cannot be shown again.
    """
    with changing(dry_run) as change:
        ends = None if days is None else change.now + timedelta(days=days)
        name, token = change.acts.create_token(granted(role, sites), name, ends)
    say(dry_run, f"created token {name}, {role}; it cannot be shown again")
    if not dry_run:
        click.echo(token)


@command.command("list", epilog="Example: calltouch token list --json")
@json_option
def show(as_json: bool) -> None:
    """List tokens with role, creation time and last use."""
    with changing() as change:
        tokens = list_tokens(change.db)
    rows: list[dict[str, Any]] = [
        {"name": token.name, "role": token.role, "sites": token.grant.sites_written}
        | {"expires_at": token.expires_at, "created_at": token.created_at}
        | {"last_used_at": token.last_used_at}
        for token in tokens
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(
            row
            | {
                "created_at": change.shown(row["created_at"]),
                "last_used_at": change.shown(row["last_used_at"])
                if row["last_used_at"]
                else "never",
                "expires_at": change.shown(row["expires_at"]) if row["expires_at"] else None,
            }
            for row in rows
        )


@command.command("revoke", epilog="Example: calltouch token revoke crm")
@click.argument("name")
@dry_run_option
def revoke(name: str, dry_run: bool) -> None:
    """Revoke a token."""
    with changing(dry_run) as change:
        name = change.acts.revoke_token(name)
    say(dry_run, f"revoked token {name}")
