"""calltouch flow guard: which addresses may flows send to?"""

import re
import sys
from collections.abc import Mapping
from typing import TextIO

import click

from calltouch.cli.output import json_option, print_json
from outgoing.guard import BlockedTarget, GuardSettings, LookUp, check_target, look_up
from receiver.settings.settings import Settings

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ANY_NAME = "*"


@click.command("guard", epilog="Example: echo http://127.0.0.1/ | calltouch flow guard")
@click.option(
    "--hosts",
    type=click.File("r"),
    help='Instead of DNS: lines like "name 192.0.2.1,192.0.2.2"; the name * is all others.',
)
@json_option
def guard(hosts: TextIO | None, as_json: bool) -> int:
    """Read addresses, one a line, and say whether flows may send there.

    Prints allow or block, the reason, and the address, between tabs. Nothing is sent.
    """
    settings = guard_settings(Settings.load())
    find = _look_up_in(_names(hosts)) if hosts else look_up
    listed = []
    for line in sys.stdin.buffer:
        address = line.decode("utf-8", "replace").rstrip("\r\n")
        if not address:
            continue
        verdict, reason = _verdict(address, settings, find)
        if as_json:
            listed.append({"address": address, "verdict": verdict, "reason": reason})
        else:
            click.echo("\t".join((verdict, reason, address)))
    if as_json:
        print_json(listed)
    return 0


def guard_settings(settings: Settings) -> GuardSettings:
    return GuardSettings(
        settings.flow_allowed_ports, settings.flow_allowed_networks, settings.flow_allowed_hosts
    )


def _verdict(address: str, settings: GuardSettings, find: LookUp) -> tuple[str, str]:
    url = address if _SCHEME.match(address) or address.startswith("/") else f"https://{address}"
    try:
        check_target(url, settings, find)
    except BlockedTarget as blocked:
        return "block", blocked.reason
    return "allow", "public"


def _names(hosts: TextIO) -> dict[str, tuple[str, ...]]:
    names = {}
    for line in hosts:
        name, _, addresses = line.partition("#")[0].strip().partition(" ")
        if name:
            names[name.rstrip(".").lower()] = tuple(
                address.strip() for address in addresses.split(",") if address.strip()
            )
    return names


def _look_up_in(names: Mapping[str, tuple[str, ...]]) -> LookUp:
    def find(host: str, port: int) -> tuple[str, ...]:
        return names.get(host.lower(), names.get(_ANY_NAME, ()))

    return find
