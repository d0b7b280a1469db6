"""How much is decoded of one delivery, and what is said when that is not all."""

from typing import Any

Params = dict[str, Any]
"""Per parameter a text, or nested lists and dicts of texts. Every scalar is a text."""

MAX_PARAMETERS = 100_000
MAX_NAMES = 1_000
MAX_NAME_LENGTH = 200
MAX_DEPTH = 8
# In characters. An hour of talk is about 60,000; the fold holds all deliveries of a lead at once.
MAX_VALUE = 256 << 10
MAX_TEXT = 1 << 20

TOO_MANY = f"more than {MAX_PARAMETERS} parameters, the rest not decoded"
NUL = "NUL byte, replaced"
TOO_MUCH = f"more than {MAX_TEXT} characters, the rest not decoded"


def cut(value: str, name: str, problems: dict[str, None]) -> str:
    if len(value) > MAX_VALUE:
        problems[f"longer than {MAX_VALUE} characters, cut: {name}"] = None
    return value[:MAX_VALUE]
