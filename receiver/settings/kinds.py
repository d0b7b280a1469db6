"""Readers of setting values.

Every function takes the raw value (text from the environment, any TOML value from the file) and
returns the typed one, or raises `ValueError` with the end of the sentence "NAME must be …".
"""

import grp
import ipaddress
import re
from collections.abc import Callable
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from analytics.alerts.kinds import AREAS, KINDS

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DURATION = re.compile(r"([1-9]\d{0,5})\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_OCTAL = re.compile(r"[0-7]{3,4}")
_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_OF_THE_RECEIVER = ("webhook", "flow")
_TELEGRAM_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{3,200}")
WEBHOOK_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("non-empty text")
    return raw.strip()


def path(raw: object) -> Path:
    return Path(text(raw)).expanduser()


def whole_number(least: int, most: int) -> Callable[[object], int]:
    expected = f"a whole number from {least} to {most}"

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not re.fullmatch(r"\d{1,15}", str(raw).strip()):
            raise ValueError(expected)
        number = int(str(raw))
        if not least <= number <= most:
            raise ValueError(expected)
        return number

    return read


def seconds(raw: object) -> float:
    return _number(raw, 0, 86_400, "a number of seconds from 0 to 86400, for example 2.5")


def frequency(raw: object) -> float:
    """Times a second."""
    return _number(raw, 0.01, 1_000, "times a second, from 0.01 to 1000")


def _number(raw: object, least: float, most: float, expected: str) -> float:
    try:
        number = float(str(raw))
    except ValueError:
        raise ValueError(expected) from None
    if isinstance(raw, bool) or not least <= number <= most:
        raise ValueError(expected)
    return number


def moments(raw: object) -> tuple[int, ...]:
    """Seconds, each later than the one before."""
    expected = "a comma list of times, each later than the one before: 2m,15m,30m"
    try:
        found = durations(raw)
    except ValueError:
        raise ValueError(expected) from None
    if list(found) != sorted(set(found)):
        raise ValueError(expected)
    return found


def time_of_day(raw: object) -> time:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(raw).strip())
    if not match:
        raise ValueError("a time of day like 04:30")
    return time(int(match[1]), int(match[2]))


def hours_of_day(raw: object) -> tuple[time, time]:
    """From, until; may go past midnight."""
    first, _, last = str(raw).strip().partition("-")
    try:
        found = time_of_day(first), time_of_day(last)
    except ValueError:
        raise ValueError("hours like 22:00-08:00") from None
    if found[0] == found[1]:
        raise ValueError("hours that end at another time than they begin, like 22:00-08:00")
    return found


def alert_kinds(raw: object) -> tuple[str, ...]:
    words = tuple(items(raw))
    known = (*AREAS, *KINDS)
    if not set(words) <= set(known):
        raise ValueError(f"a comma list of {', '.join(known)}")
    return words


def chat(raw: object) -> str:
    """Of Telegram: a number, or the name of a channel."""
    name = str(raw).strip()
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d{1,20}|@\w{1,64}", name):
        raise ValueError("a chat like -1001234567890 or @channel")
    return name


def one_of(*words: str) -> Callable[[object], str]:
    def read(raw: object) -> str:
        word = str(raw).strip()
        if word not in words:
            raise ValueError(" or ".join(words))
        return word

    return read


def read_mode(raw: object) -> int:
    """Mode of a read-only file; octal, as text or as TOML's 0o440."""
    written = str(raw).strip().lower().removeprefix("0o")
    mode = raw if isinstance(raw, int) else int(written, 8) if _OCTAL.fullmatch(written) else -1
    if isinstance(raw, bool) or mode & ~0o444 or not mode & 0o400:
        raise ValueError('"0400", "0440" or "0444": a read-only file mode')
    return mode


def group(raw: object) -> str:
    """Name or id of a group on this system."""
    name = str(raw).strip()
    try:
        grp.getgrgid(int(name)) if name.isdecimal() else grp.getgrnam(name)
    except (KeyError, OverflowError, ValueError):
        raise ValueError("the name or id of a group on this system") from None
    return name


def items(raw: object) -> list[str]:
    """A comma-separated list in the environment, an array (or such a list) in TOML."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list):
        raise ValueError("a comma-separated list")
    return [str(part).strip() for part in parts if str(part).strip()]


def networks(raw: object) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(item) for item in items(raw))
    except ValueError as error:
        raise ValueError(
            f"a comma-separated list of networks like 192.0.2.0/24 ({error})"
        ) from None


def ports(raw: object) -> tuple[int, ...]:
    read = whole_number(1, 65535)
    try:
        return tuple(read(item) for item in items([raw] if isinstance(raw, int) else raw))
    except ValueError:
        raise ValueError("a comma list of ports from 1 to 65535") from None


def host_names(raw: object) -> tuple[str, ...]:
    names = tuple(name.lower().rstrip(".") for name in items(raw))
    if not all(re.fullmatch(r"(\*\.)?[\w.-]{1,253}|[0-9a-f:.]+", name) for name in names):
        raise ValueError("a comma list of names like crm.example.ru or *.example.ru")
    return names


def site_ids(raw: object) -> tuple[int, ...]:
    listed = items(raw)
    if not all(re.fullmatch(r"\d{1,18}", item) for item in listed):
        raise ValueError("a comma-separated list of Calltouch site IDs (whole numbers)")
    return tuple(int(item) for item in listed)


def time_zone(raw: object) -> str:
    name = text(raw)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone name like Europe/Moscow") from None
    return name


def url(raw: object) -> str:
    address = text(raw).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a URL that starts with http:// or https://")
    return address


def base_path(raw: object) -> str:
    """Empty, or beginning with a slash and not ending with one; not a path of the receiver's own,
    or what it gets there would look like something else."""
    written = str(raw).strip().strip("/")
    path = f"/{written}" if written else ""
    is_path = isinstance(raw, str) and _BASE_PATH.fullmatch(path)
    if not is_path or written.partition("/")[0] in _OF_THE_RECEIVER:
        raise ValueError(
            "a path like /calltouch: letters, digits, -._~ and /; not /webhook or /flow"
        )
    return path


def model(raw: object) -> int:
    if str(raw) not in ("0", "1") or isinstance(raw, bool):
        raise ValueError("1 (last non-direct) or 0 (last interaction)")
    return int(str(raw))


def request_models(raw: object) -> tuple[int | None, ...]:
    """Models to ask the requests export for; None: send no model, which returns model 1."""
    models = [str(raw)] if isinstance(raw, int) else items(raw)
    if models == ["1"]:
        return (None,)
    if sorted(models) != ["0", "1"]:
        raise ValueError("1, or 1,0 for both models")
    return (1, 0)


def rename(raw: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, dict) or not all(isinstance(name, str) for name in raw.values()):
        raise ValueError('a table like {my_name = "callerphone"}')
    return tuple(sorted((str(theirs), name) for theirs, name in raw.items()))


def mail_address(raw: object) -> str:
    """One address, optionally with a name. No line breaks: they would start another header."""
    address = text(raw)
    bare = parseaddr(address)[1]
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", bare) or re.search(r"[\r\n]", address):
        raise ValueError("an e-mail address like analyst@example.ru")
    return address


def mail_addresses(raw: object) -> tuple[str, ...]:
    return tuple(mail_address(item) for item in items(raw))


def telegram_token(raw: object) -> str:
    """Becomes part of an address."""
    token = text(raw)
    if not _TELEGRAM_TOKEN.fullmatch(token):
        raise ValueError("a bot's token as @BotFather gives it: 123456:ABC…")
    return token


def durations(raw: object) -> tuple[int, ...]:
    """Seconds, of texts like `30s`, `15m`, `6h` or `7d`."""
    found = [_DURATION.fullmatch(item) for item in items(raw)]
    if not found or not all(found):
        raise ValueError("a comma list of times like 15m,1h,24h")
    return tuple(int(match[1]) * _SECONDS[match[2]] for match in found if match)


def weekdays(raw: object) -> tuple[int, ...]:
    """Days of the week, Monday is 0; `mon-fri` is a range, inclusive."""
    days: set[int] = set()
    for item in items(raw):
        first, _, last = item.partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            raise ValueError(f"days like mon-fri or mon,thu, from {', '.join(WEEKDAYS)}")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {*range(begin, end + 1)} if begin <= end else {*range(begin, 7), *range(end + 1)}
    if not days:
        raise ValueError("at least one day of the week")
    return tuple(sorted(days))


def query(raw: object) -> str:
    """Query string of a page's URL; the page itself checks it."""
    if not isinstance(raw, str):
        raise ValueError("text like period=7d&source=yandex")
    return raw.strip().removeprefix("?")
