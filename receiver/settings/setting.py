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
