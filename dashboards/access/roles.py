"""Readers and what they may see."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.privacy.clearance import Clearance


class Role(StrEnum):
    """Each role includes the previous ones. Viewers see personal data masked."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


_CLEARANCES = {
    Role.VIEWER: Clearance.MASKED,
    Role.ANALYST: Clearance.PERSONAL,
    Role.ADMIN: Clearance.EVERYTHING,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in user, or a program with a token; `name`: of the user or token."""

    name: str
    role: Role
    is_token: bool = False

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
