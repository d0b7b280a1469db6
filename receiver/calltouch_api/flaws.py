"""Parts of an export that could not be read or trusted. They are always reported: a comparison that
saw only half of the records proves nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from receiver.calltouch_api.exports import LeadType

FlawKind = Literal["no id", "no object", "count", "other day", "part"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """`kind` and the matching `detail`:

    `no id`, `no object`: a record without a lead; its page and position, `1/25`.
    `count`: the number of records differs from Calltouch's count, even when fetched again;
    `25/33`: received and counted, the latter empty if Calltouch gives none.
    `other day`: all records are from another day than requested; their number.
    `part`: unreadable part of the record of lead `lead_id`.
    """

    day: date
    site_id: int
    lead_type: LeadType
    kind: FlawKind
    detail: str
    lead_id: int | None = None

    @property
    def hides_leads(self) -> bool:
        """True if leads may be missing unnoticed, not just fields."""
        return self.kind != "part"

    def __str__(self) -> str:
        page, _, position = self.detail.partition("/")
        description = {
            "no id": f"record {position} of page {page} has no usable id",
            "no object": f"record {position} of page {page} is not a record",
            "count": f"{page} records received, Calltouch counts {position or 'none'}",
            "other day": f"all {self.detail} records are from another day",
            "part": f"{self.detail} of {self.lead_type} {self.lead_id} is unreadable",
        }[self.kind]
        return f"{self.lead_type}s of {self.day}, site {self.site_id}: {description}"
