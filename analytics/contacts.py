"""Phones and e-mails in one canonical form each, and the person that they tell.

People and telephone systems write one number in many ways: +7 (916) 123-45-67, 8-916-123-45-67,
tel:+79161234567. Leads keep what was sent; whoever compares people compares these.
"""

import re
from functools import lru_cache
from hashlib import blake2b
from unicodedata import decimal, normalize

from analytics.stand_ins import ERASED, erased_contact, erased_person

FEWEST_DIGITS = 5

_MEMORY = 1 << 14
_DIGIT = re.compile(r"\d")
# What is no part of a number and parts it from an extension, or from another number.
_END = re.compile(r"[^\W\d_]+|[;,#*|\u2022\u2026]")


@lru_cache(_MEMORY)
def canonical_phone(written: str | None) -> str | None:
    """The digits, with a 7 for the 8 that Russians dial in front of ten others.

    None for fewer than five digits in a row: an anonymous call, a masked number. Of a phone that
    was erased, what stands for all its spellings.
    """
    written = written or ""
    if written.startswith(ERASED):
        return erased_contact(written)
    digits = next((one for one in _numbers(written) if len(one) >= FEWEST_DIGITS), None)
    if digits is None:
        return None
    return f"7{digits[1:]}" if len(digits) == 11 and digits[0] == "8" else digits


@lru_cache(_MEMORY)
def canonical_email(written: str | None) -> str | None:
    """Trimmed, in lower case; None for what is no address."""
    written = written or ""
    if written.startswith(ERASED):
        return erased_contact(written)
    address = normalize("NFKC", written).strip().lower().removeprefix("mailto:")
    name, _, domain = address.rpartition("@")
    return address if name and domain else None


def person_of(phone: str | None, email: str | None, caller_id: str | None) -> int | None:
    """A canonical phone, else a canonical e-mail, else Calltouch's ctCallerId, in 64 bits, signed.

    The same everywhere and always, without a key: whoever has the leads has the phones. None where
    nothing is known. Whoever may not see phones must not see this: all phones are soon hashed.
    """
    known = phone or email or caller_id
    if not known:
        return None
    erased = erased_person(known) if known.startswith(ERASED) else None
    return _hashed(known) if erased is None else erased


def number_in(written: str) -> str:
    """The digits of the first phone in a text, without its extension; else all digits there are."""
    numbers = _numbers(written)
    return next((one for one in numbers if len(one) >= FEWEST_DIGITS), "".join(numbers))


def _numbers(written: str) -> list[str]:
    """The digits of each number in a text, in ASCII."""
    if written.isascii() and written.isdigit():
        return [written]
    # sip:79161234567@10.0.0.1
    parts = _END.split(normalize("NFKC", written).partition("@")[0])
    return ["".join(str(decimal(digit)) for digit in _DIGIT.findall(part)) for part in parts]


@lru_cache(_MEMORY)
def _hashed(known: str) -> int:
    return int.from_bytes(blake2b(known.encode(), digest_size=8).digest(), "big", signed=True)
