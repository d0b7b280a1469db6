"""What is posted on the pages about access."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from duckdb import DuckDBPyConnection
from flask import request

from analytics.published_file import NotPublished
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.restricted.rights import LeadRights
from dashboards.access.grants import Grant, UnfitGrant, read_sites
from dashboards.access.roles import Role
from dashboards.web.reader_request import reader_context_of
from dashboards.web.settings import dashboards


@dataclass(frozen=True, slots=True)
class GrantChoices:
    """What there is to choose from: sites as id and name, and the managers of leads."""

    sites: Sequence[tuple[str, str]] = ()
    managers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class GrantForm:
    """As it is filled in. `others`: ids of sites that have no leads yet."""

    name: str = ""
    role: str = Role.VIEWER
    sites: frozenset[str] = field(default_factory=frozenset)
    others: str = ""
    manager: str = ""

    @classmethod
    def posted(cls) -> "GrantForm":
        given = request.form
        return cls(
            given.get("name", ""),
            given.get("role", ""),
            frozenset(given.getlist("site")),
            given.get("sites", ""),
            given.get("manager", ""),
        )

    @classmethod
    def of(cls, name: str, grant: Grant, choices: GrantChoices) -> "GrantForm":
        written = (grant.sites_written or "").split(",")
        known = {site_id for site_id, _ in choices.sites}
        others = ", ".join(one for one in written if one not in known)
        return cls(
            name,
            grant.role,
            frozenset(written) & known,
            others,
            grant.rights.manager or "",
        )

    def grant(self) -> Grant:
        """Raises `UnfitGrant`."""
        if self.role not in [role.value for role in Role]:
            raise UnfitGrant("access.no_role", "there is no such role")
        sites = read_sites(" ".join([*self.sites, self.others]))
        manager = self.manager.strip() if self.role == Role.MANAGER else None
        return Grant(Role(self.role), LeadRights(sites, manager))


def grant_choices() -> GrantChoices:
    """Nothing before the first leads."""
    try:
        with dashboards().files.of(LeadRights()).reading() as db:
            return _choices(db)
    except NotPublished:
        return GrantChoices()


def _choices(db: DuckDBPyConnection) -> GrantChoices:
    reader_context = reader_context_of(db)
    every = Filters(date.min, date.max)
    asked = Question.about("filter_values", every, reader_context.timezone, reader_context.now)
    found: Mapping[str, list[tuple[str, str]]] = {"site": [], "manager": []}
    for row in ask(db, asked).records():
        if row["filter"] in found:
            found[row["filter"]].append((row["value"], row["name"] or row["value"]))
    managers = [value for value, _ in found["manager"]]
    return GrantChoices(found["site"], sorted(managers))
