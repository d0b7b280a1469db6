"""Personal data in answers, masked for readers that may not see it.

Columns that hold some are known by name. Whoever may not see them gets free texts, too, without
what looks like a phone or an e-mail: comments, landing pages and tags are written by anybody.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

_HIDDEN = "•••"
_PHONE = re.compile(r"(?<!\d)(?:\+?7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
_EMAIL = re.compile(r"[^\s@,;<>()\"'=&?/]+(?:@|%40)[^\s@,;<>()\"'=&?/]+\.[^\s@,;<>()\"'=&?/]+")


def mask_phone(phone: str) -> str:
    """79161234567 → 7916•••••67: enough to tell two clients apart in a list."""
    return f"{phone[:4]}•••••{phone[-2:]}" if len(phone) > 6 else _HIDDEN


def mask_email(email: str) -> str:
    """anna@example.ru → a•••@example.ru."""
    name, at, host = email.rpartition("@")
    return f"{name[:1]}{_HIDDEN}{at}{host}" if at else _HIDDEN


def mask_name(name: str) -> str:
    """Анна Петрова → А••• П•••."""
    return " ".join(f"{word[:1]}{_HIDDEN}" for word in name.split()[:4])


def mask_ip(ip: str) -> str:
    """92.118.66.7 → 92.118.•.•; of an IPv6 address the first two groups."""
    if ":" in ip:
        return ":".join([*ip.split(":")[:2], "…"])
    return ".".join([*ip.split(".")[:2], "•", "•"])


def hide(text: str) -> str:
    return _HIDDEN


def without_contacts(text: str) -> str:
    """A free text without phones and e-mails."""
    return _EMAIL.sub(_HIDDEN, _PHONE.sub(_HIDDEN, text))


_MASKS: dict[str, Callable[[str], str]] = {
    "caller_phone": mask_phone,
    "email": mask_email,
    "fio": mask_name,
    "ip": mask_ip,
    "source_ip": str,
    "params": hide,
    "extra": hide,
    "phrase": hide,
    "attrs": hide,
    "user_agent": hide,
}
PERSONAL = frozenset(_MASKS) - {"source_ip"}
"""Columns of which it is noted who was shown them."""

# The company's own numbers, and what only looks like somebody's.
_PLAIN = frozenset(("number", "phone_number", "redirect_number", "source_ip", "lead_id"))
_FIELDS: dict[str, Callable[[str], str]] = {
    "callerphone": mask_phone,
    "email": mask_email,
    "fio": mask_name,
    "ip": mask_ip,
    "attrs": hide,
    "userAgent": hide,
    "text": hide,
}
_VALUES = ("old_value", "new_value", "last_interaction", "last_non_direct", "value")


class Masking:
    """Masks the rows of an answer with these columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._field = self._columns.index("field") if "field" in columns else None
        self._masks = [
            None if name in _PLAIN else _MASKS.get(name, without_contacts) for name in columns
        ]
        self._values = [index for index, name in enumerate(columns) if name in _VALUES]

    def __call__(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        masked = [
            value if mask is None else _masked(value, mask)
            for value, mask in zip(row, self._masks, strict=True)
        ]
        if self._field is not None and (mask := _FIELDS.get(row[self._field] or "")):
            for index in self._values:
                masked[index] = _masked(row[index], mask)
        return tuple(masked)


def _masked(value: Any, mask: Callable[[str], str]) -> Any:
    """Numbers, days and instants tell nobody's name."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    return value
