"""Who sends: the client's address, and whether it may.

The address is the peer's, unless the peer is a trusted proxy: then it is the rightmost address in
X-Forwarded-For that is not itself a trusted proxy. Everything to the left of that can be forged.
"""

import ipaddress
from collections.abc import Sequence

from receiver.setting_kinds import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> Address | None:
    """The client's address; None when it cannot be told, which is to be refused.

    `peer` is the address of the connection (empty on a Unix socket), `forwarded` the value of
    X-Forwarded-For (empty when there is none).
    """
    address = _parse(peer)
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    while address is not None and hops and is_in(address, trusted):
        address = _parse(hops.pop().strip())
    return address


def is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # An IPv4 client of an IPv6 socket is ::ffff:a.b.c.d.
    return getattr(address, "ipv4_mapped", None) or address
