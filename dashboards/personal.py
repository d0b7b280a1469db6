"""Personal data in answers, masked for readers that may not see it.

Columns that hold some are known by name. Whoever may not see them gets free texts, too, without
what looks like a phone or an e-mail: comments, landing pages and tags are written by anybody.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

_HIDDEN = "•••"
# What stands between the digits of a phone, also as URLs write it.
_GAP = r"(?:[\s().\-\u2010-\u2013+]|%20|%28|%29|%2B|%2D){0,4}"
_RUSSIAN = rf"(?:7|8){_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d"
_ABROAD = rf"(?:\+|%2B)\d(?:{_GAP}\d){{8,14}}"
_WITHOUT_CODE = r"\(?9\d\d[)\s-]{1,3}\d{3}[\s-]?\d\d[\s-]?\d\d"
_PHONE = re.compile(rf"(?:{_ABROAD}|(?<!\d)(?:{_RUSSIAN}|{_WITHOUT_CODE}))(?!\d)")
_BARE_MOBILE = re.compile(r"(?<!\d)9\d{9}(?!\d)")
_EMAIL = re.compile(r"[\w.%+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")

Mask = Callable[[str], str]


def mask_phone(phone: str) -> str:
    """79161234567 → 7916•••••67: enough to tell two clients apart in a list."""
    return f"{phone[:4]}•••••{phone[-2:]}" if len(phone) > 9 else _HIDDEN


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


def plain(text: str) -> str:
    """The company's own, or what only looks like somebody's."""
    return text


def without_contacts(text: str) -> str:
    """A free text without phones and e-mails."""
    found = _PHONE.sub(_HIDDEN, text)
    # Landing pages are long and mostly have none.
    return _EMAIL.sub(_HIDDEN, found) if "@" in found or "%40" in found else found


def without_contacts_or_mobiles(text: str) -> str:
    """What people write to one another: ten digits that begin with a 9 are a phone there, while in
    a tag of a URL they are an advertisement."""
    return _BARE_MOBILE.sub(_HIDDEN, without_contacts(text))


_MASKS: dict[str, Mask] = {
    "caller_phone": mask_phone,
    "email": mask_email,
    "fio": mask_name,
    "ip": mask_ip,
    "params": hide,
    "extra": hide,
    "phrase": hide,
    "attrs": hide,
    "user_agent": hide,
    "comment": without_contacts_or_mobiles,
    "number": plain,
    "phone_number": plain,
    "redirect_number": plain,
    "source_ip": plain,
}
_OWN = frozenset(name for name, mask in _MASKS.items() if mask is plain)
_VALUES = ("old_value", "new_value", "last_interaction", "last_non_direct", "value")
"""Columns of a row about one field, which the columns `field` or `filter` name."""
PERSONAL = (frozenset(_MASKS) - _OWN) | (frozenset(_VALUES) - {"value"})
"""Columns of which it is noted who was shown them."""

_FIELDS: dict[str, Mask] = {
    "callerphone": mask_phone,
    "email": mask_email,
    "fio": mask_name,
    "ip": mask_ip,
    "comment": without_contacts_or_mobiles,
    "phonenumber": plain,
    "redirectNumber": plain,
    "number": plain,
    **dict.fromkeys(("attrs", "userAgent", "user_agent", "text", "reclink"), hide),
}
FREE_FIELDS = frozenset(
    re.findall(
        r"\w+",
        """
        attribution callphase changedFields id leadtype requestId sendingTimestamp add_url_params
        browser callReferenceNumber callUrl callback callback_final_attempt callback_request_id
        calltime city ctCallerId ctClientId ctGlobalId device duration gcid hostname manager
        medium orderId os pool rating ref requestDate requestNumber requestUrl sessionId
        sip_call_id siteId siteName source spam status statusDetails subPoolName subject tags_api
        tags_auto_af tags_auto_ct tags_auto_gr tags_auto_pn tags_auto_pr tags_manual tags_request
        targetcall targetrequest timestamp uniqtargetcall uniqtargetrequest unique uniquerequest
        url utm_campaign utm_content utm_medium utm_source utm_term waiting_time worktime
        yaClientId session_id ya_client_id
        """,
    )
)
"""Fields whose values are free texts at most. What is neither here nor above is hidden: Calltouch
does not document it, so it may be anything."""


def mask_of_field(field: str) -> Mask:
    """What is done to the values of one of Calltouch's parameters, or of a traffic column."""
    return _FIELDS.get(field) or (without_contacts if field in FREE_FIELDS else hide)


class Masking:
    """Masks the rows of an answer with these columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = tuple(columns)
        self._masks = [_MASKS.get(name, without_contacts) for name in names]
        self._field = names.index("field") if "field" in names else None
        self._filter = names.index("filter") if "filter" in names else None
        self._values = [index for index, name in enumerate(names) if name in _VALUES]

    def __call__(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        masks = self._masks
        if (mask := self._of_values(row)) is not None:
            masks = [mask if index in self._values else one for index, one in enumerate(masks)]
        return tuple(_masked(value, mask) for value, mask in zip(row, masks, strict=True))

    def _of_values(self, row: tuple[Any, ...]) -> Mask | None:
        """By the field that the row is about; None where it is about none."""
        if self._field is not None:
            field = row[self._field]
            return None if field is None else mask_of_field(field)
        if self._filter is not None:
            return _FIELDS.get(row[self._filter])
        return None


def _masked(value: Any, mask: Mask) -> Any:
    """Numbers, days and instants tell nobody's name."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    if isinstance(value, dict):
        return {name: _masked(one, mask) for name, one in value.items()}
    return value
