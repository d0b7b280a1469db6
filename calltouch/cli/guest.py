"""calltouch guest: links for guests."""

import click

from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table
from calltouch.cli.user_changes import changing, say
from dashboards.access.audit import Action
from dashboards.views.guest_links import list_links, revoke_link


@click.group("guest", invoke_without_command=True, epilog="Example: calltouch guest revoke 3")
@click.pass_context
def command(context: click.Context) -> None:
    """List and revoke guest links; they are made in the browser."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("list", epilog="Example: calltouch guest list --json")
@json_option
def show(as_json: bool) -> None:
    """List the guest links of all users, newest first."""
    with changing() as change:
        links = list_links(change.db)
    rows = [
        {
            "link_id": link.link_id,
            "maker": link.maker,
            "page": link.page,
            "query": link.query,
            "note": link.note,
            "ends_at": link.ends_at,
            "works": link.is_open(change.now),
            "openings": link.openings,
            "last_opened_at": link.last_opened_at,
        }
        for link in links
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        row
        | {
            "ends_at": change.shown(link.ends_at),
            "last_opened_at": change.shown(link.last_opened_at) if link.last_opened_at else "never",
        }
        for row, link in zip(rows, links, strict=True)
    )


@command.command("revoke", epilog="Example: calltouch guest revoke 3")
@click.argument("link_id", type=int)
@dry_run_option
def revoke(link_id: int, dry_run: bool) -> None:
    """Revoke a guest link: from now on it shows nothing."""
    with changing(dry_run) as change:
        revoke_link(change.db, link_id)
        change.note(Action.GUEST_LINK_REVOKED, f"{link_id}")
    say(dry_run, f"revoked guest link {link_id}")
