"""What a check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`level`: ok, warn (works, but needs attention) or fail. `advice`: what to do about it."""

    check: str
    level: str
    text: str
    advice: str = ""
