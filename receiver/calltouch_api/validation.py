"""Phones, texts and times that Calltouch accepts. Pure: no I/O, no clock.

Checked before anything is sent: a refused body costs an API request, and Calltouch's error says
less than ours can.
"""

import re
from collections.abc import Sequence
from datetime import datetime

_PHONE = re.compile(r"\+?[0-9\s().‑–-]+")
_FREE_OF_CHARGE = ("800", "804")
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
)


class InvalidValue(ValueError):
    """A value Calltouch would refuse; the text names it and says what to do.

    `reason` and `field` say the same to programs, and quote no value.
    """

    def __init__(self, text: str, reason: str = "bad-value", field: str = "") -> None:
        super().__init__(text)
        self.reason = reason
        self.field = field


def optional_text(name: str, value: str | None, most: int | None = None) -> str | None:
    """None for empty text as well: empty values are not sent."""
    text = (value or "").strip()
    if not text:
        return None
    if most is not None and len(text) > most:
        raise InvalidValue(
            f"{name} has {len(text)} characters, Calltouch accepts {most}: shorten it",
            "too-long",
            name,
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValue(f"{name} is not valid UTF-8: retype it", "charset", name) from None
    return text


def needed_text(name: str, value: str | None, most: int | None = None) -> str:
    text = optional_text(name, value, most)
    if text is None:
        raise InvalidValue(f"{name} is empty: fill it in", "missing-field", name)
    return text


def needed_texts(name: str, values: Sequence[str], most: int | None = None) -> list[str]:
    """Without duplicates, in the order given."""
    return list(dict.fromkeys(needed_text(name, value, most) for value in values))


def callback_phone(text: str) -> str:
    """`79990001122`, of `+7 (999) 000-11-22` or `8 999 000 11 22` as well."""
    digits = _digits(text)
    if len(digits) != 11 or digits[0] != "7":
        raise InvalidValue(
            f"phone {text}: a callback needs a Russian number of 11 digits, like 79990001122",
            "bad-phone",
            "phone",
        )
    if digits[1:4] in _FREE_OF_CHARGE:
        raise InvalidValue(
            f"phone {text}: Calltouch does not call 8800 and 8804 numbers; give another",
            "bad-phone",
            "phone",
        )
    return digits


def request_phone(text: str) -> str:
    """Likewise, but of any country: a request's phone need not be Russian."""
    digits = _digits(text)
    if not 5 <= len(digits) <= 15:
        raise InvalidValue(
            f"phone {text}: write the whole number, like 79990001122 or +7 (999) 000-11-22",
            "bad-phone",
            "phone",
        )
    return digits


def email_address(text: str) -> str:
    name, at, host = text.partition("@")
    if not (name and at and host) or len(text.split()) != 1:
        raise InvalidValue(f"email {text}: write it like name@example.com", "bad-email", "email")
    return text


def moment(name: str, value: datetime | str) -> datetime:
    """In Calltouch's local time; request bodies carry no time zone."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise InvalidValue(
                f"{name} {value}: give Calltouch's local time, without a time zone",
                "bad-date",
                name,
            )
        return value
    for layout in _MOMENTS:
        try:
            return datetime.strptime(value.strip(), layout)
        except ValueError:
            continue
    raise InvalidValue(
        f"{name} {value}: write it like 2026-11-21 17:10:00, in Calltouch's local time",
        "bad-date",
        name,
    )


def _digits(text: str) -> str:
    """A leading 8 is how 7 is dialled within Russia; after a plus it is another country."""
    if not _PHONE.fullmatch(text.strip()):
        raise InvalidValue(
            f"phone {text}: use only digits, spaces and + ( ) - .", "bad-phone", "phone"
        )
    digits = "".join(filter(str.isdecimal, text))
    is_dialled = len(digits) == 11 and digits[0] == "8" and not text.strip().startswith("+")
    return f"7{digits[1:]}" if is_dialled else digits
