"""The client's address, and whether it is in the allowed networks.

The address is the peer's, unless the peer is a trusted proxy: then it is the rightmost address in
X-Forwarded-For that is not itself a trusted proxy. Everything further left can be forged.
"""

import ipaddress
import re
from collections.abc import Sequence

from receiver.settings.kinds import Network

_FOR = re.compile(r"(?:^|;)\s*for\s*=\s*([^;]*)", re.IGNORECASE)
_WITH_PORT = re.compile(r"\[([^\[\]]*)\](?::\w*)?|([^:\[\]]+):\w*")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> Address | None:
    """The client's address; None if it cannot be determined: then refuse it.

    `peer` is the address of the connection (empty on a Unix socket), `forwarded` the value of
    X-Forwarded-For (empty when there is none).
    """
    address = address_in(peer)
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    while address is not None and hops and is_in(address, trusted):
        address = address_in(hops.pop())
    return address


def is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def address_in(text: str) -> Address | None:
    """The address in one hop of a header, in any form that proxies use:
    `192.0.2.1:5678`, `[2001:db8::1]:443`, and RFC 7239's `for="[2001:db8::1]:443";proto=https`."""
    parameter = _FOR.search(text)
    host = parameter[1].strip().strip('"') if parameter else text.strip()
    if with_port := _WITH_PORT.fullmatch(host):
        host = with_port[1] or with_port[2]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    # An IPv4 client of an IPv6 socket is ::ffff:a.b.c.d.
    return getattr(address, "ipv4_mapped", None) or address
