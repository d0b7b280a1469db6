"""What users, tokens and their changes are called on the pages."""

from collections.abc import Mapping

from dashboards.access.grants import Grant, UnfitGrant
from dashboards.access.people import InvalidUserName, LastAdmin, NameTaken
from dashboards.access.roles import Role
from dashboards.access.state import NotDone
from dashboards.wording.texts import Texts

ROLES: Mapping[Role, str] = {
    Role.VIEWER: "roles.viewer",
    Role.ANALYST: "roles.analyst",
    Role.MANAGER: "roles.manager",
    Role.ADMIN: "roles.admin",
}
_PROBLEMS: Mapping[type[NotDone], str] = {
    InvalidUserName: "set_up.unfit_name",
    NameTaken: "access.taken",
    LastAdmin: "access.last_admin",
}


def problem_text(error: NotDone, texts: Texts) -> str:
    """Why an act is not possible."""
    if isinstance(error, UnfitGrant):
        return texts(error.key)
    key = _PROBLEMS.get(type(error))
    return texts(key) if key else texts("access.gone")


def sees_text(grant: Grant, texts: Texts) -> str:
    """Which leads are seen."""
    sites, manager = grant.sites_written, grant.rights.manager
    of_sites = None if sites is None else texts("access.of_sites", sites=sites.replace(",", ", "))
    named = None if manager is None else texts("access.of_manager", manager=manager)
    told = [one for one in (of_sites, named) if one]
    return "; ".join(told) if told else texts("access.of_all")
