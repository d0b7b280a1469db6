"""What of an export could not be read or relied on. It is named in the result of a run, never
passed over: a comparison that saw only half of the records proves nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from receiver.calltouch_api.exports import LeadType

FlawKind = Literal["no id", "no object", "count", "other day", "part"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """`kind`, and what is in `detail` then:

    `no id`, `no object`: a record of no lead; its page and its place there, `1/25`.
    `count`: other records came than Calltouch counts, also when asked again; `25/33` are those that
    came and those counted, the latter empty where it counts none.
    `other day`: all records are of another day than was asked for; how many.
    `part`: of the record of lead `lead_id` this part.
    """

    day: date
    site_id: int
    lead_type: LeadType
    kind: FlawKind
    detail: str
    lead_id: int | None = None

    @property
    def hides_leads(self) -> bool:
        """Whether a lead may be missing that nobody sees; else only a field may."""
        return self.kind != "part"

    def __str__(self) -> str:
        page, _, place = self.detail.partition("/")
        said = {
            "no id": f"record {place} of page {page} has no usable id",
            "no object": f"record {place} of page {page} is no record",
            "count": f"{page} records came, Calltouch counts {place or 'none'}",
            "other day": f"all {self.detail} records are of another day",
            "part": f"{self.detail} of {self.lead_type} {self.lead_id} cannot be read",
        }[self.kind]
        return f"{self.lead_type}s of {self.day}, site {self.site_id}: {said}"
