"""Which IP addresses are public: those of the internet, and of nobody's inside. Pure.

Longer than Python's `is_global`, which in 3.11 says True of `::ffff:0:127.0.0.1`, `fec0::1`,
`3fff::1`, `5f00::1`, `192.0.0.8` and `192.88.99.1`. Source: the special-purpose address registries
of IANA (RFC 6890 and later).
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            # Unspecified, loopback, IPv4-compatible and -translated addresses, NAT64.
            "::/8",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "100:0:0:1::/64",
            # Teredo, ORCHID, benchmarks.
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        ),
    )
)


def is_public(address: Address) -> bool:
    """IPv4 inside of IPv6 (`::ffff:…`) is judged as IPv4."""
    inner = as_ipv4(address)
    return inner.is_global and not inner.is_reserved and not is_in(inner, NOT_PUBLIC)


def is_in(address: Address, networks: Iterable[Network]) -> bool:
    inner = as_ipv4(address)
    return any(inner.version == network.version and inner in network for network in networks)


def as_ipv4(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, else itself."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
