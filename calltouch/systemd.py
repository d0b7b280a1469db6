"""systemd: the listening sockets it passes, and the status it wants to hear.

Protocols: sd_listen_fds(3) and sd_notify(3).
"""

import os
import socket
from collections.abc import Mapping

_FIRST_DESCRIPTOR = 3


def inherited_listeners(environ: Mapping[str, str]) -> list[socket.socket]:
    """The sockets of a `.socket` unit, in order; empty without one."""
    if environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(environ.get("LISTEN_FDS", "0"))
    listeners = [socket.socket(fileno=_FIRST_DESCRIPTOR + number) for number in range(count)]
    for listener in listeners:
        listener.set_inheritable(True)
    return listeners


def notify(environ: Mapping[str, str], state: str) -> None:
    """Tell systemd, if it listens: READY=1, RELOADING=1, STOPPING=1, WATCHDOG=1."""
    address = environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A leading @ means the NUL of an abstract socket.
    address = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(state.encode(), address)
