"""Values as an agent is given them. Campaigns, tags, comments and URLs are written by strangers:
nothing in them is invisible to whoever watches the agent, and none is long enough to fill it."""

import unicodedata
from collections.abc import Mapping, Sequence

LONGEST = 500
MOST_ITEMS = 200
_SPACES = frozenset(("Zs", "Zl", "Zp"))
_INVISIBLE = frozenset(("Cc", "Cf", "Co", "Cs", "Cn"))
# Letters and marks that show nothing: fillers, the blank of Braille, joiners, selectors.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f\u180b\u180c\u180d\u180f")


def plain(value: object) -> object:
    """The same value, whatever it is made of."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {plain_text(str(name)): plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(one) for one in value[:MOST_ITEMS]]
    return value


def plain_text(text: str, longest: int = LONGEST) -> str:
    """On one line, and cut with an ellipsis."""
    seen = "".join(_seen(char) for char in text[: longest * 4])
    line = " ".join(seen.split())
    is_cut = len(line) > longest or len(text) > longest * 4
    return f"{line[:longest].rstrip()}…" if is_cut else line


def _seen(char: str) -> str:
    if char in "\t\n\r\v\f" or unicodedata.category(char) in _SPACES:
        return " "
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    is_hidden = is_selector or char in _BLANK or unicodedata.category(char) in _INVISIBLE
    return "" if is_hidden else char
