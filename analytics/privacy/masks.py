"""What is given in the place of a value to those who may not see personal data.

Comments, landing pages and tags are written by anybody, so every text loses what looks like a
contact. Ids are long numbers as phones are, so ids and URLs lose only what is surely one.
"""

import re
from collections.abc import Callable
from functools import partial, wraps
from ipaddress import IPv4Address, ip_address
from typing import Protocol
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

import orjson

from analytics.privacy.contacts import HIDDEN, NOBODY, Contacts
from analytics.privacy.holds import Privacy
from analytics.privacy.param_names import says_person
from analytics.stand_ins import ERASED, MASKED_STAND_IN, STAND_IN, is_stand_in

# What stands between the digits of a phone.
_GAP = r"[\s().\-\u2010-\u2015\u2212+]{0,4}"
_PHONE = re.compile(
    rf"""
    (?: \+ {_GAP} \d (?:{_GAP}\d){{8,14}}
    | (?<!\d) (?:00)? [78] (?:{_GAP}\d){{10}}
    | (?<!\d) (?:375|380|99[2-8]) (?:{_GAP}\d){{9}}
    | (?<!\d) [78]_\(?\d{{3,5}}\)?_\d{{1,3}}_\d\d_\d\d
    | (?<!\d) 9\d\d [)\s-]{{1,3}} \d{{3}}[\s-]?\d\d[\s-]?\d\d
    | \(\d{{3,5}}\) \s? \d{{1,3}}[\s-]?\d\d[\s-]?\d\d
    ) (?!\d)
    """,
    re.VERBOSE,
)
_LONG_NUMBER = re.compile(r"\d(?:[\W_]*+\d){9,}+")
_EMAIL = re.compile(r"[\w.%+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_ONE_EMAIL = re.compile(r"([^\W\d_])?[\w.%+-]*@([\w-]+(?:\.[\w-]+)*\.[\w-]*[^\W\d_])")
_ADDRESS = re.compile(
    r"""
    (?<![\d.]) (?:\d{1,3}\.){3} \d{1,3} (?![\d.])
    | (?<![\w:]) (?=(?:[\da-f]{0,4}:){3}) [\da-f:]{6,39} (?![\w:])
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A name and what says that its value follows.
_NAME = re.compile(r"([^\s?&#;,=\"'{}:]{1,64}+)(?:=|[\"']\s?:\s?|:\s)")
_END_OF_VALUE = re.compile(r"[&#\n]")
_MOST_ENCODED = 2
_ENCODED = re.compile(r"%u([0-9a-f]{4})|(?:%[0-9a-f]{2})+", re.IGNORECASE)
_RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
INVISIBLE = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
# Arabic, Indian: NFKC leaves them.
_OTHER_DIGITS = re.compile(r"(?![0-9])\d")
# Putting many accents in order takes the square of their number.
_MANY_MARKS = re.compile(r"([^\w\x00-\x7f]{8})[^\w\x00-\x7f]+")
# Most texts have nothing of this, and need no closer look.
_SUSPICIOUS = re.compile(r"[\d@=%:]|[^\x00-\x7f\u0400-\u04ff]")

Mask = Callable[[str], str]


def _unless_erased(mask: Mask) -> Mask:
    """Readers are told that something was erased, whatever it was."""

    @wraps(mask)
    def masked(text: str) -> str:
        return MASKED_STAND_IN if is_stand_in(text) else mask(text)

    return masked


class TextMask(Protocol):
    """Of a text in which contacts are looked for, those of some people among them."""

    def __call__(self, text: str, known: Contacts = ...) -> str: ...


@_unless_erased
def mask_phone(phone: str) -> str:
    """79161234567 → 7916•••••67: enough to tell two clients apart in a list."""
    is_one = phone.isascii() and phone.isdecimal() and len(phone) > 10
    return f"{phone[:4]}•••••{phone[-2:]}" if is_one else HIDDEN


@_unless_erased
def mask_email(email: str) -> str:
    """anna@example.ru → a•••@example.ru."""
    found = _ONE_EMAIL.fullmatch(email)
    if found is None or without_numbers(found[2]) != found[2]:
        return HIDDEN
    return f"{found[1] or ''}{HIDDEN}@{found[2]}"


@_unless_erased
def mask_name(name: str) -> str:
    """Анна Петрова → А••• П•••."""
    return " ".join(f"{word[:1]}{HIDDEN}" for word in name.split()[:4])


@_unless_erased
def mask_ip(ip: str) -> str:
    """92.118.66.7 → 92.118.•.•; of an IPv6 address the first two groups."""
    try:
        address = ip_address(ip)
    except ValueError:
        return HIDDEN
    if isinstance(address, IPv4Address):
        return ".".join([*str(address).split(".")[:2], "•", "•"])
    return ":".join([*(f"{int(group, 16):x}" for group in address.exploded.split(":")[:2]), "…"])


@_unless_erased
def mask_identifier(identifier: str) -> str:
    """1793692189209305626 → 1793•••: a hash of a phone without a key is as good as the phone."""
    is_long = identifier.isascii() and identifier.isalnum() and len(identifier) > 12
    return f"{identifier[:4]}{HIDDEN}" if is_long else HIDDEN


@_unless_erased
def hide(text: str) -> str:
    return HIDDEN


def plain(text: str) -> str:
    """The company's own, or what only looks like somebody's."""
    return text


def without_contacts(text: str, known: Contacts = NOBODY) -> str:
    """An id, a tag of a URL or a URL, without e-mails, IP addresses, what is written like a phone,
    what belongs to these people, and the values of parameters that are named after a person; long
    numbers stay."""
    return _without(text, known, _PHONE)


def without_numbers(text: str, known: Contacts = NOBODY) -> str:
    """What people write: without contacts, and any ten digits are one, whatever is between them."""
    return _without(text, known, _PHONE, _LONG_NUMBER)


def mask_url_params(text: str, known: Contacts = NOBODY) -> str:
    """Names and values, as a JSON list of objects."""
    try:
        params = [(str(one["name"]), str(one["value"])) for one in orjson.loads(text)]
    except (ValueError, TypeError, KeyError):
        return without_numbers(text, known)
    masked = [
        {"name": without_contacts(name, known), "value": mask_of_url_param(name, known)(value)}
        for name, value in params
    ]
    return orjson.dumps(masked).decode()


def mask_of_url_param(name: str, known: Contacts = NOBODY) -> Mask:
    return hide if says_person(name) else partial(without_contacts, known=known)


def as_read(text: str) -> str:
    """A text as people read it: decoded, without characters that cannot be seen."""
    read = _legible(text)
    for _ in range(_MOST_ENCODED):
        if "%" not in read:
            break
        read = _legible(_unquoted(read))
    return read


def _without(text: str, known: Contacts, *numbers: re.Pattern[str]) -> str:
    """As it is where there is nothing to hide, else as it reads."""
    if text in known.texts:
        return HIDDEN
    if ERASED in text:
        text = STAND_IN.sub(MASKED_STAND_IN, text)
    if not known and not _SUSPICIOUS.search(text):
        return text
    shown = read = _legible(text)
    for layer in range(_MOST_ENCODED + 1):
        # A value ends where its & is not encoded, so each layer is looked at before the next.
        shown = _without_named(shown)
        if "%" not in read or layer == _MOST_ENCODED:
            break
        shown, read = _legible(_unquoted(shown)), _legible(_unquoted(read))
    if "@" in shown:
        shown = _EMAIL.sub(HIDDEN, shown)
    shown = _ADDRESS.sub(_hidden_address, shown)
    for pattern in numbers:
        shown = pattern.sub(HIDDEN, shown)
    shown = known.without(shown)
    return text if shown == read else shown


def _without_named(text: str) -> str:
    """Without the values of parameters that are named after a person."""
    pieces, at = [], 0
    for found in _NAME.finditer(text):
        if found.start() < at or not says_person(found[1]):
            continue
        end = _END_OF_VALUE.search(text, found.end())
        stop = end.start() if end else len(text)
        if text[found.end() : stop].strip():
            pieces += [text[at : found.end()], HIDDEN]
            at = stop
    return "".join([*pieces, text[at:]]) if pieces else text


def _hidden_address(found: re.Match[str]) -> str:
    """Not versions of programs as browsers tell them: Chrome/141.0.0.0."""
    try:
        ip_address(found[0])
    except ValueError:
        return found[0]
    return found[0] if found[0].endswith(".0.0") else HIDDEN


def _unquoted(text: str) -> str:
    """Old sites encode in cp1251, old scripts as `%u0410`; each stretch is read by itself."""
    return _ENCODED.sub(_decoded, text)


def _decoded(found: re.Match[str]) -> str:
    if found[1]:
        # Half of a pair, as an emoji is written, is no character.
        return chr(int(found[1], 16)).encode(errors="replace").decode()
    raw = unquote_to_bytes(found[0])
    try:
        return raw.decode()
    except UnicodeDecodeError:
        readings = (raw.decode(errors="ignore"), raw.decode("cp1251", "replace"))
        # Cut inside a letter or damaged, most of it is UTF-8 all the same.
        return max(readings, key=lambda one: len(_RUSSIAN.findall(one)) / len(one or " "))


def _legible(text: str) -> str:
    """Digits and signs in the one way, without what cannot be seen."""
    if text.isascii():
        return text
    text = INVISIBLE.sub("", normalize("NFKC", _MANY_MARKS.sub(r"\1", text)))
    return _OTHER_DIGITS.sub(lambda digit: str(int(digit[0])), text)


def _words(text: str, known: Contacts = NOBODY) -> str:
    """A manager or a city may have a client's name."""
    return without_numbers(text)


TEXT_MASKS: dict[Privacy, TextMask] = {
    Privacy.WORDS: _words,
    Privacy.LINK: without_contacts,
    Privacy.TEXT: without_numbers,
    Privacy.COMMENT: without_numbers,
    Privacy.URL_PARAMS: mask_url_params,
}
"""Of what is searched for contacts."""

WHOLE_MASKS: dict[Privacy, Mask] = {
    Privacy.NOTHING: plain,
    Privacy.NAME: mask_name,
    Privacy.PHONE: mask_phone,
    Privacy.EMAIL: mask_email,
    Privacy.ADDRESS: mask_ip,
    Privacy.IDENTIFIER: mask_identifier,
    Privacy.RECORDING: hide,
    Privacy.ANYTHING: hide,
}
