"""Where the servers listen, and what is printed of it."""

import socket

import pytest

from calltouch.listeners import link, listen


def can_connect(family: socket.AddressFamily, host: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        return client.connect_ex((host, port)) == 0


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("host", ["::", "[::]"])
def test_two_colons_are_every_address_of_both_families(host: str) -> None:
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        assert can_connect(socket.AF_INET, "127.0.0.1", port)
        assert can_connect(socket.AF_INET6, "::1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1", "localhost", "::1"])
def test_any_other_address_is_that_address(host: str) -> None:
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        of_ipv6 = ":" in host
        assert can_connect(
            socket.AF_INET6 if of_ipv6 else socket.AF_INET, listener.getsockname()[0], port
        )
        assert not can_connect(
            *((socket.AF_INET, "127.0.0.1") if of_ipv6 else (socket.AF_INET6, "::1")), port
        )


def test_what_cannot_be_had_is_an_os_error() -> None:
    for host in ("no.such.host.invalid", "203.0.113.1"):
        with pytest.raises(OSError, match=r"."):
            listen(host, 0)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("[::]", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("2001:db8::1", "http://[2001:db8::1]:8000"),
        ("fe80::1%eth0", "http://[fe80::1%25eth0]:8000"),
        ("leads.example", "http://leads.example:8000"),
    ],
)
def test_a_printed_link_can_be_clicked_on(host: str, expected: str) -> None:
    assert link(host, 8000) == expected
