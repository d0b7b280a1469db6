"""What a check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`level`: ok, warn (works, but look) or fail (does not work). `advice`: what to do then."""

    check: str
    level: str
    text: str
    advice: str = ""
