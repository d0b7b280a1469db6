"""What a search looks for: ids and phones by their digits, e-mails, and texts."""

import re
from collections.abc import Sequence
from typing import Any

from analytics.contacts import FEWEST_DIGITS, canonical_phone, number_in
from analytics.reports.patterns import pattern_of

LONGEST_SEARCH = 254
"""Characters: of the longest e-mail."""
MOST_DIGITS = 18
"""What fits into an id; more are a text."""
ID_OR_TAG = rf"^([0-9]{{1,{MOST_DIGITS}}}|[^0-9@%]*([0-9][^0-9@%]*){{0,{FEWEST_DIGITS - 1}}})$"
"""An id, or a text that can be no part of a phone or an e-mail: see `may_be_contact`."""

# Digits and what people put between them, with an extension.
_NUMBER = re.compile(
    r"(?:tel:|тел\.?:?|sip:)?[\W\d_]*\d[\W\d_]*(?:(?:доб|вн|ext)[\W\d_]*)?", re.IGNORECASE
)
_CONTACT_MARKS = ("@", "%")


def is_number(written: str) -> bool:
    """Whether it is a phone, a part of one, or an id, and no text with a number in it."""
    is_such = "@" not in written and _NUMBER.fullmatch(written.strip()) is not None
    return is_such and len(number_in(written)) <= MOST_DIGITS


def may_be_contact(written: str) -> bool:
    """Whether it may be a part of a phone or an e-mail: who may not see these must not guess
    them."""
    digits = sum(char.isdigit() for char in written)
    return digits >= FEWEST_DIGITS or any(mark in written for mark in _CONTACT_MARKS)


def searched_for(
    param: str, values: Sequence[str], *, digits_in_texts: bool = True
) -> dict[str, Any]:
    """What sql/picking/search and sql/picking/id_or_tag bind: ids, patterns of canonical phones and
    e-mails, and of texts. `digits_in_texts`: whether digits are looked for in texts too, where they
    might be those of a phone."""
    numbers = [value for value in values if is_number(value)]
    texts = [value for value in values if _is_text(value, digits_in_texts)]
    emails = [re.escape(value) for value in values if not is_number(value)]
    phones = [pattern for number in numbers for pattern in _phone_patterns(number)]
    return {
        f"{param}_ids": [int(number) for number in numbers if number[0] != "0"],
        f"{param}_phones": "|".join(phones) or None,
        f"{param}_emails": "|".join(emails) or None,
        f"{param}_texts": pattern_of("has", texts),
    }


def _is_text(value: str, digits_too: bool) -> bool:
    """A short number would be in too many texts."""
    return not is_number(value) or (digits_too and len(value) >= FEWEST_DIGITS)


def _phone_patterns(digits: str) -> list[str]:
    """The end of a phone; five or more digits may stand anywhere in it, and an 8 that they begin
    with may be the one that Russians dial for the 7."""
    if len(digits) < FEWEST_DIGITS:
        return [f"{digits}$"]
    whole = canonical_phone(digits)
    swapped = [f"^7{digits[1:]}"] if digits[0] == "8" and whole == digits else []
    return [f"{whole}", *swapped]
