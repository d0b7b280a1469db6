"""Which address may be spoken to. The name is looked up once, every address it has must be public,
and the connection goes to one of those very addresses.

Reasons are ours: no error quotes an address, for addresses hold tokens.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from ssrfguard import BlockedURLError, Policy, Target

from outgoing.networks import Address, Network, as_ipv4, is_in, is_public

PORTS = (80, 443, 8080, 8443)
_MAX_URL_CHARACTERS = 8_192
_INSIDE = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "home.arpa",
    "onion",
)
_UNFIT = re.compile(r"[\x00-\x20\x7f\\\u0080-\u00a0\u2028\u2029]")
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)
# Where it may go is decided here; what the URL says is read by the library.
_SYNTAX = Policy(
    allowed_ports=frozenset(range(1, 65_536)),
    allowed_networks=(ip_network("0.0.0.0/0"), ip_network("::/0")),
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

LookUp = Callable[[str, int], Sequence[str]]
"""The addresses of a name, as texts; raises `OSError` where there are none."""


class BlockedTarget(Exception):
    """`reason`: scheme, user, port, host, numeric-host, inside-name, host-not-listed, url, dns or
    blocked-address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """`networks`: not public, and let in all the same. `hosts`: where there are any, nothing else
    is let out; `*.example.ru` is every name below it."""

    ports: tuple[int, ...] = PORTS
    networks: tuple[Network, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedTarget:
    """Where a connection may go: to one of `addresses`, and TLS checks `host`."""

    scheme: str
    host: str
    port: int
    addresses: tuple[Address, ...]


def look_up(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in answers))


def check_target(url: str, settings: GuardSettings, find: LookUp = look_up) -> CheckedTarget:
    """Raises `BlockedTarget`. Looks the name up once, unless the host is an address already."""
    target = _written(url, settings)
    literal = _literal(target.host)
    if literal is not None:
        addresses: tuple[Address, ...] = (literal,)
    else:
        _check_name(target.host)
        addresses = _looked_up(target, find)
    _check_listed(target.host, settings.hosts)
    for address in addresses:
        _check_address(address, settings)
    host = target.host.rstrip(".") if literal is None else str(literal)
    return CheckedTarget(target.scheme, host, target.port, addresses)


def configured_target(url: str, find: LookUp = look_up) -> CheckedTarget:
    """Of an address that the operator has set, wherever it leads. Raises `BlockedTarget`, `dns`."""
    target = _SYNTAX.check_url(url)
    literal = _literal(target.host)
    addresses = _looked_up(target, find) if literal is None else (literal,)
    return CheckedTarget(target.scheme, target.host, target.port, addresses)


def _written(url: str, settings: GuardSettings) -> Target:
    """What the text of the URL says; its own rules first, so that each has its reason."""
    if _UNFIT.search(url) or len(url) > _MAX_URL_CHARACTERS:
        raise BlockedTarget("url")
    authority = _AUTHORITY.match(url)
    if not url.lower().startswith(("http://", "https://")) or authority is None:
        raise BlockedTarget("scheme")
    if "@" in authority[1]:
        raise BlockedTarget("user")
    _check_numeric(authority[1])
    try:
        target = _SYNTAX.check_url(url)
    except BlockedURLError:
        raise BlockedTarget("host") from None
    _check_numeric(target.host)
    if authority[1].startswith("[") and _literal(target.host) is None:
        raise BlockedTarget("host")
    if target.port not in settings.ports:
        raise BlockedTarget("port")
    return target


def _check_numeric(host: str) -> None:
    """`127.1`, `0x7f000001` and the like are read by some as addresses, by others as names."""
    name = host.rsplit(":", 1)[0] if not host.startswith("[") else ""
    last = name.rstrip(".").rpartition(".")[2].lower()
    if _NUMBER.fullmatch(last) and _literal(name) is None:
        raise BlockedTarget("numeric-host")


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _check_name(host: str) -> None:
    name = host.rstrip(".").lower()
    if "." not in name or any(name == end or name.endswith(f".{end}") for end in _INSIDE):
        raise BlockedTarget("inside-name")


def _check_listed(host: str, listed: tuple[str, ...]) -> None:
    name = host.rstrip(".").lower()
    for pattern in map(str.lower, listed):
        if name == pattern or (pattern.startswith("*.") and name.endswith(pattern[1:])):
            return
    if listed:
        raise BlockedTarget("host-not-listed")


def _looked_up(target: Target, find: LookUp) -> tuple[Address, ...]:
    try:
        addresses = tuple(ip_address(text) for text in find(target.host.rstrip("."), target.port))
    except (OSError, ValueError, UnicodeError):
        raise BlockedTarget("dns") from None
    if not addresses:
        raise BlockedTarget("dns")
    return addresses


def _check_address(address: Address, settings: GuardSettings) -> None:
    if is_in(address, settings.networks):
        return
    if not is_public(address) or not Policy().permits_address(as_ipv4(address)):
        raise BlockedTarget("blocked-address")
