"""Readers and what they may see."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from analytics.privacy.clearance import Clearance
from analytics.restricted.rights import LeadRights


class Audience(Enum):
    """For whom a page is, besides those who may see the leads of all: nobody, those limited to
    sites, or managers with their own leads as well."""

    WHOLE = 0
    SITES = 1
    MANAGERS = 2


class Role(StrEnum):
    """Viewers see personal data masked, analysts see it, and admins may do everything. Managers see
    the leads of their own, with personal data, and take nothing away."""

    MANAGER = "manager"
    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


SHARING = (Role.ANALYST, Role.ADMIN)
"""Whose views, links and schedules may be for others."""
_CLEARANCES = {
    Role.MANAGER: Clearance.PERSONAL,
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

    def is_among(self, audience: Audience) -> bool:
        if self.manager is not None:
            return audience is Audience.MANAGERS
        return self.sites is None or audience is not Audience.WHOLE

    @property
    def takes_files(self) -> bool:
        """Exports, files and the API; who sees only leads of their own takes nothing away."""
        return self.manager is None

    @property
    def sees_personal(self) -> bool:
        """Phones, e-mails, names, IP addresses and recordings."""
        return self.role is not Role.VIEWER

    @property
    def clearance(self) -> Clearance:
        return _CLEARANCES[self.role]

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN
