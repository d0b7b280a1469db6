"""Documents that nobody has declared: forms, JSON, web requests and answers, with what is of a
person masked: by the names of its fields, and by the values wherever they stand.

Whose contacts the fields tell, those are looked for in all texts that belong to them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from analytics.contacts import canonical_email, canonical_phone
from analytics.privacy.columns import held_by_field
from analytics.privacy.contacts import HIDDEN, NOBODY, Contacts, contacts_of
from analytics.privacy.holds import Privacy
from analytics.privacy.masking import mask_of
from analytics.privacy.masks import (
    mask_email,
    mask_identifier,
    mask_phone,
    without_contacts,
    without_numbers,
)
from analytics.privacy.param_names import says_person

_MOST_LEVELS = 100
_PERSONAL = (Privacy.NAME, Privacy.PHONE, Privacy.EMAIL)
_IDENTIFYING = (Privacy.IDENTIFIER, Privacy.ADDRESS, Privacy.RECORDING)
_CREDENTIALS = ("authorization", "cookie", "set-cookie")

Pairs = Iterable[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class ToldContacts:
    """Phones and e-mail addresses in their canonical form, and names, each once."""

    phones: tuple[str, ...]
    emails: tuple[str, ...]
    names: tuple[str, ...]


def told_contacts(pairs: Pairs) -> ToldContacts:
    """In fields, and members of objects, that are named after a person."""
    phones: dict[str, None] = {}
    emails: dict[str, None] = {}
    names: dict[str, None] = {}
    for name, text in _leaves(pairs):
        if not _is_of_person(name):
            continue
        email, phone = canonical_email(text), canonical_phone(text)
        if email:
            emails[email] = None
        elif phone and not any(letter.isalpha() for letter in text):
            phones[phone] = None
        else:
            names[text] = None
    return ToldContacts(tuple(phones), tuple(emails), tuple(names))


def contacts_in(pairs: Pairs) -> Contacts:
    """Whose they are."""
    told = told_contacts(pairs)
    return contacts_of(told.phones, told.emails, told.names)


def mask_field(name: str, value: Any, known: Contacts = NOBODY, level: int = 0) -> Any:
    """A field's value: a text, or a document of lists and objects, `level` deep in another one."""
    if level > _MOST_LEVELS:
        return HIDDEN
    if isinstance(value, Mapping):
        return {
            without_numbers(str(key), known): mask_field(str(key), inner, known, level + 1)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask_field(name, inner, known, level + 1) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    masked = _mask_text(name, str(value), known)
    return value if masked == str(value) else masked


def mask_body(body: str, known: Contacts = NOBODY) -> str:
    """What is sent or answered: JSON and forms by their fields, anything else as a text."""
    document = _json_document(body)
    if document is not None:
        return json.dumps(mask_field("", document, known), ensure_ascii=False, indent=2)
    pairs = _form_pairs(body)
    if pairs:
        return "&".join(f"{name}={mask_field(name, value, known)}" for name, value in pairs)
    return without_numbers(body, known)


def mask_message(message: str, known: Contacts = NOBODY) -> str:
    """A web request as it was sent: its first line, headers, an empty line, and the body."""
    head, gap, body = message.partition("\n\n")
    first, *headers = head.split("\n")
    lines = [without_contacts(first, known), *(mask_header(line, known) for line in headers)]
    return "\n".join(lines) + gap + (mask_body(body, known) if body else "")


def mask_header(line: str, known: Contacts = NOBODY) -> str:
    name, colon, value = line.partition(": ")
    if name.lower() in _CREDENTIALS and "{{" not in value:
        return f"{name}{colon}{HIDDEN}"
    return f"{name}{colon}{_mask_text(name, value, known)}" if colon else without_numbers(name)


def _mask_text(name: str, text: str, known: Contacts) -> str:
    content = held_by_field(name)
    if _is_of_person(name):
        return _mask_person(text, known)
    if content in _IDENTIFYING:
        mask = mask_of(content, known)
        return mask(text) if mask and text else text
    document = _json_document(text)
    if document is not None:
        return json.dumps(mask_field(name, document, known), ensure_ascii=False)
    return without_numbers(text, known)


def _mask_person(text: str, known: Contacts) -> str:
    if not text.strip():
        return text
    if "@" in text:
        return mask_email(canonical_email(text) or "")
    if any(letter.isalpha() for letter in text):
        return " ".join(f"{word[:1]}{HIDDEN}" for word in text.split()[:4])
    phone = canonical_phone(text)
    return mask_phone(phone) if phone else mask_identifier(text)


def _is_of_person(name: str) -> bool:
    content = held_by_field(name)
    return content in _PERSONAL or (content is None and says_person(name))


def _leaves(pairs: Pairs, level: int = 0) -> Iterable[tuple[str, str]]:
    for name, value in pairs:
        if isinstance(value, Mapping):
            if level < _MOST_LEVELS:
                yield from _leaves(((str(key), one) for key, one in value.items()), level + 1)
        elif isinstance(value, list | tuple):
            if level < _MOST_LEVELS:
                yield from _leaves(((name, one) for one in value), level + 1)
        elif value is not None and not isinstance(value, bool):
            text = str(value)
            document = _json_document(text) if level < _MOST_LEVELS else None
            if document is None:
                yield name, text
            else:
                yield from _leaves([(name, document)], level + 1)


def _json_document(text: str) -> Any:
    """An object or a list; None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _form_pairs(text: str) -> list[tuple[str, str]]:
    if "=" not in text or any(character in text for character in " \n<{"):
        return []
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=2000)
    except ValueError:
        return []
