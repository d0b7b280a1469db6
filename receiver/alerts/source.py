"""What looks whether something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from analytics.alerts.trouble import AlertRecord, Trouble


class CannotLook(Exception):
    """Whether something is wrong is not known now; the text says why. Nothing begins or ends."""


@dataclass(frozen=True, slots=True)
class Findings:
    """`troubles`: all that is wrong now. `memory`: what the source wants to be given next time."""

    troubles: Sequence[Trouble]
    memory: str = ""


class AlertSource(Protocol):
    """`kinds`: what it tells of, and nobody else does."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> frozenset[str]: ...

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        """`known`: its alerts that have not ended. Raises `CannotLook`."""
        ...
