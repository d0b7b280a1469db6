"""The way to the editor: from the page of flows, and before there is any lead."""

from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import read_page
from tests.dashboards.pages.flow_editor.conftest import FlowSite, make_flow


def links(site: FlowSite, role: Role) -> list[str]:
    page = read_page(site.client(role).get("/flows").get_data(as_text=True))
    found = page.all("section", id="list")
    return [link.attributes["href"] for card in found for link in card.all("a")]


def test_the_page_of_flows_leads_to_the_editor(site: FlowSite) -> None:
    """A flow is there before anything has come to it. A file that somebody keeps has no buttons."""
    make_flow(site.client(), "leads")
    Place(site.place.root).add([Delivered(NOW, call(1, NOW))])
    assert links(site, Role.ADMIN) == ["/flows/leads/edit", "/flows/new"]
    assert links(site, Role.ANALYST) == ["/flows/leads/edit"]
    assert links(site, Role.VIEWER) == []
    exported = site.client().get("/export/flows").get_data(as_text=True)
    assert "Flows" in exported
    assert "/flows/new" not in exported


def test_flows_can_be_made_before_there_is_any_lead(site: FlowSite) -> None:
    assert "/flows/new" in site.client().get("/").get_data(as_text=True)
    assert "/flows/new" not in site.client(Role.ANALYST).get("/").get_data(as_text=True)
