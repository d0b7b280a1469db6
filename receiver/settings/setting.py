"""One row of the register of settings."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    read: Callable[[object], object]
    default: object
    meaning: str
    secret: bool = False
    formerly: str | None = None
    """An older name, which is read as before."""
    is_quoted: bool = True
    """Whether an error may quote what was given; of a secret it never does."""
