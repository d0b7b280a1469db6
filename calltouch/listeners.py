"""Listening sockets, and the links to them."""

import socket

BACKLOG = 2048
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; `::` is every address, of IPv6 and of IPv4.

    Raises `OSError` if the address is not available.
    """
    host = host.removeprefix("[").removesuffix("]")
    candidates = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICSERV
    )
    families = {family for family, *_ in candidates}
    family = socket.AF_INET if socket.AF_INET in families else socket.AF_INET6
    address = next(address for its, _, _, _, address in candidates if its == family)
    listener = socket.create_server(
        (str(address[0]), port),
        family=family,
        backlog=BACKLOG,
        # Overrides net.ipv6.bindv6only.
        dualstack_ipv6=address[0] == "::" and socket.has_dualstack_ipv6(),
    )
    listener.set_inheritable(True)
    return listener


def link(host: str, port: int) -> str:
    """A clickable address; for a socket on all addresses, the one of this machine."""
    host = host.removeprefix("[").removesuffix("]")
    # https://www.rfc-editor.org/rfc/rfc6874: the zone of a link-local address is escaped.
    bracketed = f"[{host.replace('%', '%25')}]" if ":" in host else host
    return f"http://{_EVERYWHERE.get(host, bracketed)}:{port}"
