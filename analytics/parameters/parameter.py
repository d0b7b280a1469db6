"""What is known of one parameter of Calltouch's webhooks, and of one column of `leads`."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Literal

from analytics.parameters.kinds import ValueKind
from analytics.privacy.holds import Privacy

LeadType = Literal["call", "request"]
BOTH: tuple[LeadType, ...] = ("call", "request")


class ParameterScope(Enum):
    """`ENVELOPE` says which lead and when, and is no field of the lead; `TRAFFIC` is kept per
    attribution model; `LEAD` is the rest."""

    ENVELOPE = 1
    LEAD = 2
    TRAFFIC = 3


class Severity(StrEnum):
    """How much it matters that a webhook does not send a parameter, as the auditor says it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Unit(StrEnum):
    """Of a number, where the lead card writes it otherwise than as a number."""

    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages, each under its code."""

    ru: str
    en: str

    def written_in(self, language: str) -> str:
        return {"ru": self.ru, "en": self.en}[language]

    @property
    def both(self) -> str:
        """As comments of the store have it."""
        return f"{self.ru} | {self.en}"


@dataclass(frozen=True, slots=True)
class CardLabel:
    """Where the lead card shows a column, and what it calls it."""

    group: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class TagCategory:
    """`name`: as `lead_tags` has it."""

    name: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class Parameter:
    """A row of the list that has no `derived`: the keys are described in `__init__.py`."""

    name: str
    kind: ValueKind
    scope: ParameterScope
    lead_types: tuple[LeadType, ...]
    holds: Privacy
    looks_like: str
    column: str | None = None
    missing: Severity = Severity.INFO
    call_api: str | None = None
    request_api: str | None = None
    is_compared: bool = True
    is_webhook_only: bool = False
    gives_way: bool = False
    unknown_at_start: bool = False
    tag_category: TagCategory | None = None


@dataclass(frozen=True, slots=True)
class LeadColumn:
    """A column of `leads`. `definition`: its SQL type, with `not null` where it always has a value.
    `lead_types`: the views that have it. `parameters`: those that it is read from, two where calls
    and requests have one each; none for a column that the fold works out."""

    name: str
    definition: str
    comment: Bilingual
    holds: Privacy
    lead_types: tuple[LeadType, ...]
    card: CardLabel | None
    unit: Unit | None
    parameters: tuple[Parameter, ...]
