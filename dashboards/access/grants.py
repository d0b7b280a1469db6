"""What a user or token is given: a role, and which leads it is about."""

from dataclasses import dataclass
from urllib.parse import urlencode

from analytics.restricted.rights import WHOLE, LeadRights
from dashboards.access.roles import Role
from dashboards.access.state import NotDone

_LONGEST_MANAGER = 200


class UnfitGrant(NotDone):
    """A role that does not go together with the rights. `key`: of the catalogue of texts."""

    def __init__(self, key: str, in_english: str) -> None:
        super().__init__(in_english)
        self.key = key


@dataclass(frozen=True, slots=True)
class Grant:
    """`rights`: the whole, unless limited."""

    role: Role
    rights: LeadRights = WHOLE

    @property
    def sites_written(self) -> str | None:
        """As stored."""
        sites = self.rights.sites
        return None if sites is None else ",".join(map(str, sorted(sites)))

    @property
    def query(self) -> str:
        """As the audit has it."""
        sites, manager = self.sites_written, self.rights.manager
        pairs = (("role", self.role), ("sites", sites), ("manager", manager))
        return urlencode([(name, value) for name, value in pairs if value is not None])


def grant_stored(role: str, sites: str | None, manager: str | None) -> Grant:
    """A manager whose leads nobody has named has none."""
    ids = None if sites is None else frozenset(int(one) for one in sites.split(",") if one)
    named = manager or "" if role == Role.MANAGER else manager
    return Grant(Role(role), LeadRights(ids, named))


def check_grant(grant: Grant) -> None:
    """Raises `UnfitGrant`."""
    rights = grant.rights
    if grant.role is Role.ADMIN and rights.is_limited:
        raise UnfitGrant("access.admin_of_all", "an admin sees the leads of all sites")
    is_manager = grant.role is Role.MANAGER
    if is_manager and not (rights.manager or "").strip():
        raise UnfitGrant("access.names_nobody", "a manager needs the name that their leads have")
    if not is_manager and rights.manager is not None:
        raise UnfitGrant("access.no_manager", "only the role manager names a manager of leads")
    if rights.sites is not None and not rights.sites:
        raise UnfitGrant("access.no_sites", "name a site, or leave sites out for all of them")
    if rights.manager is not None and len(rights.manager) > _LONGEST_MANAGER:
        raise UnfitGrant("access.names_nobody", "the name of a manager is too long")


def read_sites(written: str) -> frozenset[int] | None:
    """Ids with commas or blanks between; None of nothing. Raises `UnfitGrant`."""
    parts = written.replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        raise UnfitGrant("access.bad_sites", "sites are ids with commas between")
    return frozenset(map(int, parts)) or None
