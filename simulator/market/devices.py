"""Visitors' devices: matching browser, system, device type and user agent."""

from dataclasses import dataclass

from simulator.market.chance import WeightedChoice


@dataclass(frozen=True, slots=True)
class Device:
    browser: str
    os: str
    kind: str
    user_agent: str


_WINDOWS_NT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_WINDOWS = f"{_WINDOWS_NT}) AppleWebKit/537.36 (KHTML, like Gecko)"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_FIREFOX = "Gecko/20100101 Firefox/143.0"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
_IPAD = "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15"

_CHROME = "Chrome/141.0.0.0"
_YANDEX = "Chrome/138.0.0.0 YaBrowser/25.8.0.0"
_SAMSUNG = "SamsungBrowser/28.0 Chrome/130.0.0.0"
_LIKE_GECKO = "(KHTML, like Gecko)"
_APPLE = f"AppleWebKit/605.1.15 {_LIKE_GECKO}"
_WEBKIT = f"AppleWebKit/537.36 {_LIKE_GECKO}"
_IOS = "Mobile/15E148 Safari/604.1"
_MOBILE, _DESKTOP = "Mobile Safari/537.36", "Safari/537.36"

_WEIGHTED = (
    (21, "Chrome Mobile", "Android", "mobile", f"{_ANDROID} {_CHROME} {_MOBILE}"),
    (9, "Chrome Mobile", "Android", "mobile", f"{_ANDROID} Chrome/139.0.0.0 {_MOBILE}"),
    (17, "Mobile Safari", "iOS", "mobile", f"{_IPHONE} {_LIKE_GECKO} Version/18.5 {_IOS}"),
    (9, "Yandex Browser", "Android", "mobile", f"{_ANDROID} {_YANDEX} {_MOBILE}"),
    (3, "Samsung Browser", "Android", "mobile", f"{_ANDROID} {_SAMSUNG} {_MOBILE}"),
    (13, "Chrome", "Windows", "desktop", f"{_WINDOWS} {_CHROME} {_DESKTOP}"),
    (4, "Chrome", "Windows", "desktop", f"{_WINDOWS} Chrome/116.0.0.0 {_DESKTOP}"),
    (11, "Yandex Browser", "Windows", "desktop", f"{_WINDOWS} {_YANDEX} {_DESKTOP}"),
    (3, "Edge", "Windows", "desktop", f"{_WINDOWS} {_CHROME} {_DESKTOP} Edg/141.0.0.0"),
    (2, "Firefox", "Windows", "desktop", f"{_WINDOWS_NT}; rv:143.0) {_FIREFOX}"),
    (3, "Chrome", "Mac", "desktop", f"{_MAC} {_WEBKIT} {_CHROME} {_DESKTOP}"),
    (2, "Safari", "Mac", "desktop", f"{_MAC} {_APPLE} Version/18.5 Safari/605.1.15"),
    (1, "Firefox", "Linux", "desktop", f"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) {_FIREFOX}"),
    (2, "Mobile Safari", "iOS", "tablet", f"{_IPAD} {_LIKE_GECKO} Version/17.6 {_IOS}"),
)  # fmt: skip

DEVICES = WeightedChoice((Device(*described), weight) for weight, *described in _WEIGHTED)
