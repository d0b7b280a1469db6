"""Who looks, and what that one may see."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.privacy.clearance import Clearance


class Role(StrEnum):
    """Each may do what the ones before it may. A viewer sees personal data masked."""

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
    """A user who has signed in, or a program with a token; `name` is the user's or the token's."""

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
