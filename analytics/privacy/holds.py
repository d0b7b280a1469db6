"""What the values of a column hold of a person.

It is said once: of the columns of leads in their rows (analytics/parameters), of the store's other
columns in analytics/privacy/columns.py, and of a report's own columns in its line of the register.
Of what nobody has said it, nobody but an admin sees anything.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal


class Privacy(Enum):
    """NOTHING: numbers, times, words of ours, the company's own phones. WORDS: of the company or of
    Calltouch; names of staff are no secret in them. LINK: ids, URLs and tags of URLs, in which long
    numbers mean something. TEXT: what people write. COMMENT: what is written about a client.
    URL_PARAMS: a JSON list of objects with `name` and `value`. IDENTIFIER: of a person or of a
    browser; some are hashes of a phone without a key. ADDRESS: of the internet (IP). ANYTHING:
    nobody knows beforehand.
    """

    NOTHING = auto()
    WORDS = auto()
    LINK = auto()
    TEXT = auto()
    COMMENT = auto()
    URL_PARAMS = auto()
    NAME = auto()
    PHONE = auto()
    EMAIL = auto()
    ADDRESS = auto()
    IDENTIFIER = auto()
    RECORDING = auto()
    ANYTHING = auto()


@dataclass(frozen=True, slots=True)
class ContentOf:
    """Another column of the row, `column`, names what it is a value of: a field (a parameter of
    Calltouch or a column of leads), a filter, or a parameter of a URL."""

    column: str
    named: Literal["field", "filter", "url_param"]


Content = Privacy | ContentOf

_FREE = (Privacy.NOTHING, Privacy.WORDS, Privacy.LINK, Privacy.TEXT)


def is_personal(content: Content | None) -> bool:
    """Whether it is noted who was shown it. Undeclared columns (None) may be anything."""
    if isinstance(content, ContentOf):
        return content.named != "filter"
    return content not in _FREE


def plain(*names: str) -> dict[str, Content]:
    """Columns that hold nothing of a person; several names may stand in one text."""
    return {name: Privacy.NOTHING for one in names for name in one.split()}


def holding(content: Content, *names: str) -> dict[str, Content]:
    """Columns of this content."""
    return dict.fromkeys(names, content)
