"""What stands where something personal was, once it has been erased.

`erased:<person>` stands for a contact, and the fold takes it for that person: a number made of the
contact with the installation's key. `erased:<person>.<mark>` is another spelling of the same
contact, or another value of that person; `erased:<mark>` a value that tells no person. A mark is
made of the value with the key, so that equal values stay equal and different ones different.
"""

import re
from functools import lru_cache

ERASED = "erased:"

STAND_IN = re.compile(r"erased:(?:(-?\d{1,19})(?:\.[a-p]{10})?|[a-p]{10})(?![\w.]\w)")
MASKED_STAND_IN = f"{ERASED}•••"
"""What readers see of one who may not see personal data: not whether two are of one person."""
ANY_STAND_IN = re.compile(f"{STAND_IN.pattern}|{MASKED_STAND_IN}")
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1


@lru_cache(1 << 10)
def erased_person(text: str) -> int | None:
    """Of a text that is nothing but a stand-in; None if it is none, or tells no person."""
    found = STAND_IN.fullmatch(text)
    if found is None or found[1] is None:
        return None
    person = int(found[1])
    return person if _LOWEST <= person <= _HIGHEST else None


def erased_contact(text: str) -> str | None:
    """The same for every spelling of the contact that it stands for."""
    person = erased_person(text)
    return None if person is None else f"{ERASED}{person}"


def is_stand_in(text: str) -> bool:
    return text.startswith(ERASED) and STAND_IN.fullmatch(text) is not None


def contact_stand_in(person: int, mark: str = "") -> str:
    return f"{ERASED}{person}.{mark}" if mark else f"{ERASED}{person}"


def nameless_stand_in(mark: str) -> str:
    """Of a value in the place of a contact that no contact can be read from."""
    return f"{ERASED}{mark}"
