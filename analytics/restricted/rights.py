"""Which leads a reader may be told of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeadRights:
    """Leads of these sites and of this manager, as `leads.manager` names them, spelled alike but
    for case and spacing; None: of any. A lead without a site belongs to no site."""

    sites: frozenset[int] | None = None
    manager: str | None = None

    @property
    def is_limited(self) -> bool:
        return self.sites is not None or self.manager is not None


WHOLE = LeadRights()
