"""Phones as people write them."""

import re

_RUSSIAN = re.compile(r"7(\d{3})(\d{3})(\d{2})(\d{2})")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_HYPHEN = "\N{NON-BREAKING HYPHEN}"


def phone_text(phone: str | None) -> str | None:
    """79161234567 → +7 916 123-45-67; other and masked phones stay as they are."""
    if phone is None:
        return None
    match = _RUSSIAN.fullmatch(phone)
    if match is None:
        return phone
    code, middle, two, three = match.groups()
    return f"+7{_NO_BREAK}{code}{_NO_BREAK}{middle}{_HYPHEN}{two}{_HYPHEN}{three}"
