"""Which addresses may be spoken to."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from outgoing.guard import BlockedTarget, CheckedTarget, GuardSettings, check_target

OPEN = GuardSettings()
NAMES = {
    "ok.example.com": ("93.184.216.34",),
    "six.example.com": ("2606:2800:220:1::1",),
    "mixed.example.com": ("93.184.216.34", "10.0.0.1"),
    "inside.example.com": ("192.168.1.10",),
    "mapped.example.com": ("::ffff:169.254.169.254",),
    "empty.example.com": (),
}


def find(host: str, port: int) -> Sequence[str]:
    if host not in NAMES:
        raise OSError("unknown")
    return NAMES[host]


def check(url: str, settings: GuardSettings = OPEN) -> CheckedTarget:
    return check_target(url, settings, find)


def blocked(url: str, settings: GuardSettings = OPEN) -> str:
    with pytest.raises(BlockedTarget) as error:
        check(url, settings)
    return error.value.reason


@pytest.mark.parametrize(
    ("url", "host", "port", "address"),
    [
        ("https://ok.example.com/x?y", "ok.example.com", 443, "93.184.216.34"),
        ("HTTP://ok.example.com.:8080", "ok.example.com", 8080, "93.184.216.34"),
        ("https://six.example.com", "six.example.com", 443, "2606:2800:220:1::1"),
        ("http://8.8.8.8/", "8.8.8.8", 80, "8.8.8.8"),
        ("http://[2606:2800:220:1::1]:8443/", "2606:2800:220:1::1", 8443, "2606:2800:220:1::1"),
        ("http://[::ffff:8.8.8.8]/", "::ffff:808:808", 80, "::ffff:808:808"),
    ],
)
def test_the_internet_is_allowed(url: str, host: str, port: int, address: str) -> None:
    target = check(url)
    assert (target.host, target.port) == (host, port)
    assert [str(one) for one in target.addresses] == [address]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.1.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::8.8.8.8]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:db8::1]",
        "[2002:808:808::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd12::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        # Reserved by the IETF: nobody has them.
        "[200::1]",
        "[4000::1]",
        "[8000::1]",
        "[fe00::1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:0:0:1]",
        "[2001:20::1]",
        "127。0。0。1",
    ],
)
def test_what_is_not_public_is_blocked(address: str) -> None:
    assert blocked(f"http://{address}/") == "blocked-address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        *[
            (f"http://{host}/", "numeric-host")
            for host in (
                "127.1",
                "0x7f000001",
                "017700000001",
                "2130706433",
                "0177.0.0.1",
                "1.2.3.4.5",
                "127.0.0.1.",
                "x.example.123",
                "x.example.0x7f",
                "１２７.0.0.1",
                "①②⑦.0.0.1",
                "①②⑦.⓪.0.1",
                "0x7f.1",
                "0300.0250.0.1",
                "0",
            )
        ],
        *[
            (f"http://{host}/", "inside-name")
            for host in (
                "localhost",
                "LOCALHOST.",
                "a.localhost",
                "x.localdomain",
                "printer.local",
                "metadata.google.internal",
                "x.intranet",
                "router.home.arpa",
                "x.onion",
                "crm",
                "localhost。",
                "ｌｏｃａｌｈｏｓｔ",
                "loc\u00adalhost",
                "printer．local",
                "metadata.google.internal.",
            )
        ],
        ("ftp://ok.example.com", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("//ok.example.com/", "scheme"),
        ("http://user@ok.example.com/", "user"),
        ("http://ok.example.com:x@127.0.0.1/", "user"),
        ("http://ok.example.com%2f@127.0.0.1/", "user"),
        ("http://ok.example.com\\@127.0.0.1/", "url"),
        ("http://ok.example.com/\r\nX: 1", "url"),
        ("http://ok.example.com/ a", "url"),
        ("http://ok.example.com/" + "a" * 9_000, "url"),
        ("http://ok.example.com:22/", "port"),
        ("http://ok.example.com:0/", "host"),
        ("http://ok.example.com:+80/", "host"),
        ("http://%6c%6fcalhost/", "host"),
        ("http://127.0.0.1%00.example.com/", "host"),
        ("http://[v1.a]/", "host"),
        ("http://[127.0.0.1]/", "host"),
        ("http:/127.0.0.1/", "scheme"),
        ("http://ok.example.com:99999/", "host"),
        ("http:///x", "host"),
        ("http://" + "a." * 130 + "com/", "host"),
        ("http://[fe80::1%25eth0]/", "host"),
        ("http://unknown.example.com/", "dns"),
        ("http://empty.example.com/", "dns"),
        ("http://mixed.example.com/", "blocked-address"),
        ("http://inside.example.com/", "blocked-address"),
        ("http://mapped.example.com/", "blocked-address"),
    ],
)
def test_what_is_blocked_and_why(url: str, reason: str) -> None:
    assert blocked(url) == reason


def test_the_name_is_looked_up_once() -> None:
    asked = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ("93.184.216.34",) if len(asked) == 1 else ("127.0.0.1",)

    target = check_target("http://a.example.com/", GuardSettings(), rebinding)
    assert [str(one) for one in target.addresses] == ["93.184.216.34"]
    assert asked == ["a.example.com"]


def test_networks_inside_can_be_let_in() -> None:
    office = GuardSettings(networks=(ip_network("192.168.1.10/32"),))
    assert check("http://inside.example.com/", office).host == "inside.example.com"
    assert check("http://192.168.1.10:8080/", office).port == 8080
    assert blocked("http://192.168.1.11/", office) == "blocked-address"


def test_where_hosts_are_listed_there_are_no_others() -> None:
    listed = GuardSettings(hosts=("ok.example.com", "*.crm.example"))
    assert check("http://ok.example.com/", listed)
    assert blocked("http://six.example.com/", listed) == "host-not-listed"
    assert blocked("http://crm.example/", listed) in ("dns", "host-not-listed")
