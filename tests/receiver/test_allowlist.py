import ipaddress

import pytest

from receiver.allowlist import client_address, is_in

PROXY = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("92.118.66.7", "", "92.118.66.7"),
        ("92.118.66.7", "127.0.0.1", "92.118.66.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "92.118.66.7", "92.118.66.7"),
        ("127.0.0.1", "1.2.3.4, 92.118.66.7, 10.1.1.1", "92.118.66.7"),
        ("127.0.0.1", "92.118.66.7, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("::ffff:127.0.0.1", "::ffff:92.118.66.7", "92.118.66.7"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", ",, 92.118.66.7 ,", "92.118.66.7"),
    ],
)
def test_the_client_is_the_rightmost_address_no_proxy_of_ours_has(
    peer: str, forwarded: str, expected: str
) -> None:
    assert str(client_address(peer, forwarded, PROXY)) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        ("", ""),
        ("", "92.118.66.7"),
        ("unix:", "92.118.66.7"),
        ("127.0.0.1", "92.118.66.7, unknown"),
        ("127.0.0.1", "92.118.66.7:443:1"),
        ("127.0.0.1", "[92.118.66.7"),
        ("127.0.0.1", "for=_hidden"),
        ("127.0.0.1", '"92.118.66.7"'),
        ("127.0.0.1", "for=unknown;by=92.118.66.7"),
        ("127.0.0.1", "proto=https"),
        ("127.0.0.1", "<script>"),
    ],
)
def test_what_cannot_be_told_is_nobody(peer: str, forwarded: str) -> None:
    assert client_address(peer, forwarded, PROXY) is None


def test_without_trusted_proxies_the_header_means_nothing() -> None:
    assert str(client_address("127.0.0.1", "92.118.66.7", ())) == "127.0.0.1"


def test_calltouchs_network_is_all_512_addresses() -> None:
    network = (ipaddress.ip_network("92.118.66.0/23"),)
    inside = [ipaddress.ip_address(a) for a in ("92.118.66.0", "92.118.66.7", "92.118.67.255")]
    outside = [ipaddress.ip_address(a) for a in ("92.118.65.255", "92.118.68.0", "::1")]
    assert all(is_in(address, network) for address in inside)
    assert not any(is_in(address, network) for address in outside)


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("92.118.66.10:51008", "92.118.66.10"),
        (" 92.118.66.10:_port ", "92.118.66.10"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[::ffff:92.118.66.10]:51008", "92.118.66.10"),
        ("for=92.118.66.10", "92.118.66.10"),
        ("For=92.118.66.10:51008", "92.118.66.10"),
        ('proto=https;for="[2001:db8::1]:443";by=10.0.0.1', "2001:db8::1"),
    ],
)
def test_ports_brackets_and_rfc_7239_are_read(hop: str, address: str) -> None:
    assert str(client_address("127.0.0.1", hop, PROXY)) == address
    assert str(client_address("127.0.0.1", f"203.0.113.9, {hop}, 10.0.0.9:80", PROXY)) == address
