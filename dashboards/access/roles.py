"""Readers and what they may see."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.privacy.clearance import Clearance
from analytics.restricted.rights import LeadRights


class Role(StrEnum):
    """Each role includes the previous ones. Viewers see personal data masked."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


SHARING = (Role.ANALYST, Role.ADMIN)
"""Whose views, links and schedules may be for others."""
_CLEARANCES = {
    Role.VIEWER: Clearance.MASKED,
    Role.ANALYST: Clearance.PERSONAL,
    Role.ADMIN: Clearance.EVERYTHING,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in user, or a program with a token; `name`: of the user or token. `sites`: the ids
    of those whose leads it may be told of, None for all; `manager`: whose leads, as they name
    them."""

    name: str
    role: Role
    is_token: bool = False
    sites: frozenset[int] | None = None
    manager: str | None = None

    @property
    def rights(self) -> LeadRights:
        return LeadRights(self.sites, self.manager)

    @property
    def is_limited(self) -> bool:
        return self.rights.is_limited

    @property
    def sees_personal(self) -> bool:
        """Phones, e-mails, names, IP addresses and recordings."""
        return self.role in (Role.ANALYST, Role.ADMIN)

    @property
    def clearance(self) -> Clearance:
        return _CLEARANCES[self.role]

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN
