"""Settings of receivers on many hosts: docs/many-hosts.md."""

import re

from receiver.settings import kinds
from receiver.settings.setting import Setting

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")


def host_name(raw: object) -> str:
    name = kinds.text(raw).lower()
    if not _HOST.fullmatch(name) or name == "localhost":
        raise ValueError("a name that no other host has, like moscow-1: a-z, 0-9, . and -")
    return name


PARCELS_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "parcels",
        kinds.text,
        None,
        "PostgreSQL that receivers on many hosts hand their deliveries over in",
        secret=True,
    ),
    Setting(
        "parcels_role",
        kinds.one_of("take", "ship"),
        "take",
        "ship: this host receives and hands over; take: it digests what the others hand over",
    ),
    Setting(
        "host_name", host_name, None, "name of this host among those; the machine's by default"
    ),
    Setting(
        "parcels_kept", kinds.whole_number(1, 365), 3, "days that taken parcels stay in PostgreSQL"
    ),
)
