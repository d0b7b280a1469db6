"""calltouch user: manage dashboard users."""

import sys
from typing import Any

import click

from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table
from calltouch.cli.user_changes import (
    changing,
    granted,
    granted_anew,
    manager_option,
    role_choice,
    say,
    sites_option,
)
from dashboards.access.people import existing_user, list_users, normal_name

force_option = click.option("--force", is_flag=True, help="Even if it is the last admin.")
name_argument = click.argument("name")


@click.group(
    "user",
    invoke_without_command=True,
    epilog="Example: calltouch user add anna --role analyst",
)
@click.pass_context
def command(context: click.Context) -> None:
    """Add, list, change and remove dashboard users.

    Viewers see personal data masked, analysts see and export it, admins also see the access log.
    Managers see the leads that name them (--manager), and export nothing.
    Changing a password or role, or removing a user, ends that user's sessions at once.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("add", epilog="Example: calltouch user add anna --role analyst")
@name_argument
@click.option("--role", type=role_choice, required=True, help="What the user may see.")
@sites_option
@manager_option
@dry_run_option
def add(name: str, role: str, sites: str | None, manager: str | None, dry_run: bool) -> None:
    """Add a user. The password is prompted for, or read as the first line of standard input."""
    given = _ask_password()
    with changing(dry_run) as change:
        name = change.acts.add_user(name, granted(role, sites, manager), given)
    say(dry_run, f"added {name}, {role}")


@command.command("list", epilog="Example: calltouch user list --json")
@json_option
def show(as_json: bool) -> None:
    """List users with role and creation time, in the configured time zone."""
    with changing() as change:
        users = list_users(change.db)
    rows: list[dict[str, Any]] = [
        {"name": user.name, "role": user.role, "sites": user.grant.sites_written}
        | {"manager": user.grant.rights.manager, "created_at": user.created_at}
        for user in users
    ]
    if as_json:
        print_json(rows)
    else:
        local = zip(rows, users, strict=True)
        print_table(row | {"created_at": change.shown(user.created_at)} for row, user in local)


@command.command("remove", epilog="Example: calltouch user remove anna")
@name_argument
@force_option
@dry_run_option
def remove(name: str, force: bool, dry_run: bool) -> None:
    """Remove a user. Their entries in the access log remain."""
    with changing(dry_run) as change:
        name = change.acts.remove_user(name, force)
    say(dry_run, f"removed {name}")


@command.command("password", epilog="Example: calltouch user password anna")
@name_argument
@dry_run_option
def password(name: str, dry_run: bool) -> None:
    """Set a new password: prompted for, or read as the first line of standard input."""
    given = _ask_password()
    with changing(dry_run) as change:
        name = change.acts.set_password(name, given)
    say(dry_run, f"changed the password of {name}")


@command.command("role", epilog="Example: calltouch user role anna admin")
@name_argument
@click.argument("role", type=role_choice)
@sites_option
@click.option("--all-sites", is_flag=True, help="Leads of all sites from now on.")
@manager_option
@force_option
@dry_run_option
def role(
    name: str,
    role: str,
    sites: str | None,
    manager: str | None,
    all_sites: bool,
    force: bool,
    dry_run: bool,
) -> None:
    """Change a user's role, and the leads that they see.

    The sites stay what they were, unless --sites or --all-sites says otherwise.
    """
    with changing(dry_run) as change:
        before = existing_user(change.db, normal_name(name)).grant
        grant = granted_anew(before, role, sites, manager, all_sites)
        name = change.acts.set_grant(name, grant, force)
    say(dry_run, f"{name} is now {role}")


def _ask_password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
