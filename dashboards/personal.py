"""Personal data in answers, masked for readers that may not see it.

Columns that hold some are known by name. Whoever may not see them gets every other text, too,
without what looks like a phone or an e-mail: comments, landing pages and tags are written by
anybody. Ids are long numbers as phones are, so ids and URLs lose only what is surely a contact.
"""

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, ip_address
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import orjson

_HIDDEN = "•••"
# What stands between the digits of a phone.
_GAP = r"[\s().\-\u2010-\u2015\u2212+]{0,4}"
_PHONE = re.compile(
    rf"""
    (?: \+ {_GAP} \d (?:{_GAP}\d){{8,14}}
    | (?<!\d) (?:00)? [78] (?:{_GAP}\d){{10}}
    | (?<!\d) [78]_\(?\d{{3,5}}\)?_\d{{1,3}}_\d\d_\d\d
    | (?<!\d) 9\d\d [)\s-]{{1,3}} \d{{3}}[\s-]?\d\d[\s-]?\d\d
    | \(\d{{3,5}}\) \s? \d{{1,3}}[\s-]?\d\d[\s-]?\d\d
    ) (?!\d)
    """,
    re.VERBOSE,
)
_LONG_NUMBER = re.compile(r"\d(?:[\W_]*+\d){9,}+")
_EMAIL = re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_ONE_EMAIL = re.compile(r"([^\W\d_])?[\w.%+-]*@([\w-]+(?:\.[\w-]+)*\.[\w-]*[^\W\d_])")
_CONTACT = r"""
    (?: phone | e-?mail | телефон | почта
    | (?<![^\W_]) (?: tel | telephone | mobile | mail | fio | фио | тел )
    | (?:^|(?<=[?&#;\s\["'])) (?:(?:first|last|full|sur|user|client|your)[_-]?)? (?: name | имя )
    ) (?: _?(?: number | num | address | \d{1,3} ) )? \]?
"""
_CONTACT_NAME = re.compile(rf"\S*?{_CONTACT}", re.VERBOSE | re.IGNORECASE)
_CONTACT_VALUE = re.compile(
    rf"""(?P<name>{_CONTACT} (?: = | ["']\s?: ))[^&\#\n]+""", re.VERBOSE | re.IGNORECASE
)
_MOST_ENCODED = 2
_INVISIBLE = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
# Putting many accents in order takes the square of their number.
_MANY_MARKS = re.compile(r"([^\w\x00-\x7f]{8})[^\w\x00-\x7f]+")
# Most texts have nothing of this, and need no closer look.
_SUSPICIOUS = re.compile(r"[\d@=%]|[^\x00-\x7f\u0400-\u04ff]")

Mask = Callable[[str], str]


def mask_phone(phone: str) -> str:
    """79161234567 → 7916•••••67: enough to tell two clients apart in a list."""
    is_one = phone.isascii() and phone.isdecimal() and len(phone) > 10
    return f"{phone[:4]}•••••{phone[-2:]}" if is_one else _HIDDEN


def mask_email(email: str) -> str:
    """anna@example.ru → a•••@example.ru."""
    found = _ONE_EMAIL.fullmatch(email)
    if found is None or without_numbers(found[2]) != found[2]:
        return _HIDDEN
    return f"{found[1] or ''}{_HIDDEN}@{found[2]}"


def mask_name(name: str) -> str:
    """Анна Петрова → А••• П•••."""
    return " ".join(f"{word[:1]}{_HIDDEN}" for word in name.split()[:4])


def mask_ip(ip: str) -> str:
    """92.118.66.7 → 92.118.•.•; of an IPv6 address the first two groups."""
    try:
        address = ip_address(ip)
    except ValueError:
        return _HIDDEN
    if isinstance(address, IPv4Address):
        return ".".join([*str(address).split(".")[:2], "•", "•"])
    return ":".join([*(f"{int(group, 16):x}" for group in address.exploded.split(":")[:2]), "…"])


def hide(text: str) -> str:
    return _HIDDEN


def plain(text: str) -> str:
    """The company's own, or what only looks like somebody's."""
    return text


def without_contacts(text: str) -> str:
    """An id, a tag of a URL or a URL, without e-mails, what is written like a phone, and the values
    of parameters that are named after contacts; long numbers stay."""
    return _without(text, _PHONE)


def without_numbers(text: str) -> str:
    """What people write: without contacts, and any ten digits are one, whatever is between them."""
    return _without(text, _PHONE, _LONG_NUMBER)


def mask_url_params(text: str) -> str:
    """Names and values, as a JSON list of objects."""
    try:
        params = [(str(one["name"]), str(one["value"])) for one in orjson.loads(text)]
    except (ValueError, TypeError, KeyError):
        return without_numbers(text)
    masked = [{"name": name, "value": _of_url_param(name)(value)} for name, value in params]
    return orjson.dumps(masked).decode()


def _of_url_param(name: str) -> Mask:
    return hide if _CONTACT_NAME.fullmatch(name) else without_contacts


def _without(text: str, *numbers: re.Pattern[str]) -> str:
    """Without e-mails, named contacts and these; as it is where there is nothing to hide, else
    as it reads: decoded, and without characters that cannot be seen."""
    if not _SUSPICIOUS.search(text):
        return text
    shown = read = _as_read(text)
    for layer in range(_MOST_ENCODED + 1):
        # A value ends where its & is not encoded, so each layer is looked at before the next.
        shown = _CONTACT_VALUE.sub(rf"\g<name>{_HIDDEN}", shown)
        if "%" not in read or layer == _MOST_ENCODED:
            break
        shown, read = _as_read(unquote(shown)), _as_read(unquote(read))
    if "@" in shown:
        shown = _EMAIL.sub(_HIDDEN, shown)
    for pattern in numbers:
        shown = pattern.sub(_HIDDEN, shown)
    return text if shown == read else shown


def _as_read(text: str) -> str:
    """Digits and signs in the one way, without what cannot be seen."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", normalize("NFKC", _MANY_MARKS.sub(r"\1", text)))


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
    "comment": without_numbers,
    "number": plain,
    "phone_number": plain,
    "redirect_number": plain,
    "source_ip": plain,
}
_OWN = frozenset(name for name, mask in _MASKS.items() if mask is plain)
_VALUES = ("old_value", "new_value", "last_interaction", "last_non_direct", "value")
"""Columns of a row about one field, which the columns `field`, `filter` or `name` name."""
PERSONAL = (frozenset(_MASKS) - _OWN) | (frozenset(_VALUES) - {"value"})
"""Columns of which it is noted who was shown them."""

_FIELDS: dict[str, Mask] = {
    "callerphone": mask_phone,
    "email": mask_email,
    "fio": mask_name,
    "ip": mask_ip,
    "comment": without_numbers,
    "phonenumber": plain,
    "redirectNumber": plain,
    "number": plain,
    "add_url_params": mask_url_params,
    **dict.fromkeys(("attrs", "userAgent", "user_agent", "text", "reclink"), hide),
}
_IDS_AND_URLS = re.compile(
    r"""
    utm_\w+ | id | \w*(?: _id | Id | url | Url ) | ref | gcid | hostname
    | (?:source|medium)(?:s|_[01])?
    | call(?: ReferenceNumber | _reference_number | time )
    | request(?: Number | _number | Date ) | timestamp | sendingTimestamp
    """,
    re.VERBOSE,
)
"""Columns, fields and filters of which long numbers stay."""
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
    return _FIELDS.get(field) or (_free(field) if field in FREE_FIELDS else hide)


def _free(name: str) -> Mask:
    return without_contacts if _IDS_AND_URLS.fullmatch(name) else without_numbers


class Masking:
    """Masks the rows of an answer with these columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = tuple(columns)
        self._masks = [_MASKS.get(name) or _free(name) for name in names]
        self._field = names.index("field") if "field" in names else None
        self._filter = names.index("filter") if "filter" in names else None
        self._name = names.index("name") if "name" in names else None
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
            return _FIELDS.get(row[self._filter]) or _free(row[self._filter])
        if self._name is not None and self._values:
            return _of_url_param(row[self._name] or "")
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
