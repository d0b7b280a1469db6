"""Who may not, where nothing can be written, and where there is no flow."""

import os
from pathlib import Path

import pytest

from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.pages.flow_editor.conftest import (
    FlowSite,
    define,
    fields_of,
    open_editor,
    state,
    submit,
    text_of,
)
from tests.outgoing.misbehaving import Misbehaving


def test_an_analyst_sees_everything_but_the_address(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    admin = site.client()
    key = text_of(open_editor(admin, "leads"), "code", "address-1").rpartition("/")[2]
    given = fields_of(open_editor(admin, "leads"))
    client = site.client(Role.ANALYST)
    for query in ("", "?view=text", "?show=try", "?show=on"):
        page = open_editor(client, "leads", query)
        assert key not in client.get(f"/flows/leads/edit{query}").get_data(as_text=True)
        assert [
            one for one in page.one("form", id="flow").all("button") if "name" in one.attributes
        ] == []
    token = fields_of(open_editor(client, "leads"))["form_token"]
    for do in ("save", "start", "stop", "rotate", "sample"):
        data = given | {"form_token": token, "do": do, "steps.0.method": "PUT"}
        assert client.post("/flows/leads/edit", data=data).status_code == 403
    assert client.get("/flows/new").status_code == 403
    assert "PUT" not in site.text("leads")


def test_a_viewer_and_a_stranger_see_nothing(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client(Role.VIEWER)
    for path in ("/flows/leads/edit", "/flows/leads/newest?after=0", "/flows/new"):
        assert client.get(path).status_code == 403
        assert site.app.test_client().get(path).status_code == 302
    headers = bearer(site.access, Role.VIEWER)
    assert site.app.test_client().get("/flows/leads/edit", headers=headers).status_code == 403


def test_another_site_cannot_post(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    given = fields_of(open_editor(client, "leads")) | {"form_token": "x", "do": "start"}
    assert client.post("/flows/leads/edit", data=given).status_code == 400
    assert "Stopped" in state(open_editor(client, "leads"))


@pytest.mark.parametrize("name", ["none", "Leads", "..", "leads.toml"])
def test_there_is_no_such_flow(site: FlowSite, target: Misbehaving, name: str) -> None:
    define(site, target)
    client = site.client()
    assert client.get(f"/flows/{name}/edit").status_code == 404
    token = fields_of(open_editor(client, "leads"))["form_token"]
    data = {"form_token": token, "do": "stop"}
    assert client.post(f"/flows/{name}/edit", data=data).status_code == 404


def test_a_directory_that_is_not_writable_is_only_shown(
    site: FlowSite, target: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere, so the answer of the system is the test's."""
    define(site, target)
    client = site.client()
    given = fields_of(open_editor(client, "leads"))
    real = os.access
    folder = site.path("leads").parent

    def may(path: str | Path, mode: int) -> bool:
        return real(path, mode) and Path(path) != folder

    monkeypatch.setattr(os, "access", may)
    page = open_editor(client, "leads")
    assert "is not writable" in page.text
    assert page.all("fieldset", class_="flow-all")[0].attributes["disabled"] == ""
    assert (
        "readonly"
        in open_editor(client, "leads", "?view=text").one("textarea", id="text").attributes
    )
    assert page.all("button", value="save") == []
    assert submit(client, "leads", "on").status_code == 303
    data = given | {"do": "save", "steps.0.method": "PUT"}
    assert client.post("/flows/leads/edit", data=data).status_code == 422
    assert "PUT" not in site.text("leads")


def test_what_the_disk_refuses_is_said(
    site: FlowSite, target: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(site, target)
    client = site.client()

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = submit(client, "leads", "save", {"steps.0.method": "PUT"})
    assert answer.status_code == 422
    assert "No space left on device" in answer.get_data(as_text=True)
    assert "PUT" not in site.text("leads")
    assert list(site.path("leads").parent.glob(".leads*")) == []
