"""The whole application over real files, with a flow in it or none."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calltouch.app import create_dashboards_app
from calltouch.cli.flow.run import run_flows
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.page_text import Element, read_page
from tests.outgoing.misbehaving import Misbehaving, misbehaving

DEFINITION = """# our own words
title = "Leads"

[source]
kind = "http"

[[steps]]
kind = "http"
name = "crm"
url = "URL"  # theirs
headers = {Access-Token = "{{secret.crm}}"}
body.json = '{"tel": "{{Phone}}"}'
"""
FORM = "application/x-www-form-urlencoded"


@dataclass
class FlowSite:
    """`settings`: as the environment has them."""

    settings: Settings
    app: Flask

    @property
    def place(self) -> DataDir:
        return DataDir(self.settings.data_dir)

    @property
    def access(self) -> AccessStore:
        return AccessStore(self.place.state)

    def client(self, role: Role = Role.ADMIN, language: str = "en") -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return sign_in(client, self.access, role)

    def path(self, name: str) -> Path:
        return self.settings.definitions_dir / f"{name}.toml"

    def text(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def deliver(self, name: str, *bodies: str) -> None:
        """As the receiver keeps them; then the runner does what is due."""
        writer = InboxWriter(self.place.flows_inbox)
        writer.put_all(
            Delivery(name, "POST", "/flow", b"", body.encode(), FORM, "192.0.2.1")
            for body in bodies
        )
        writer.close()
        run_flows(self.settings, threading.Event(), once=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """With a runner beside it."""
        over = threading.Event()
        runner = threading.Thread(target=run_flows, args=(self.settings, over))
        runner.start()
        try:
            yield
        finally:
            over.set()
            runner.join()


@pytest.fixture(scope="module")
def target() -> Iterator[Misbehaving]:
    with misbehaving() as target:
        yield target


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Misbehaving) -> FlowSite:
    target.seen.clear()
    (tmp_path / "calltouch.toml").write_text('[secrets]\ncrm = "TOP-SECRET"\n')
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(tmp_path / "calltouch.toml"))
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLTOUCH_PUBLIC_URL", "https://leads.example")
    monkeypatch.setenv("CALLTOUCH_FLOW_ALLOWED_PORTS", str(target.port))
    monkeypatch.setenv("CALLTOUCH_FLOW_ALLOWED_NETWORKS", "127.0.0.1/32")
    settings = Settings.load()
    return FlowSite(settings, create_dashboards_app(settings))


def fields_of(page: Element) -> dict[str, str]:
    """What a browser would send of the editor's form, without a button."""
    form = page.one("form", id="flow")
    given: dict[str, str] = {}
    for control in form.all("input") + form.all("textarea") + form.all("select"):
        attributes = control.attributes
        if "name" not in attributes or "disabled" in attributes:
            continue
        if attributes.get("type") in ("checkbox", "radio") and "checked" not in attributes:
            continue
        given[attributes["name"]] = _value(control)
    return given


def _value(control: Element) -> str:
    if control.tag == "textarea":
        text = "".join(child for child in control.children if isinstance(child, str))
        return text.removeprefix("\n").replace("\n", "\r\n")
    if control.tag == "select":
        options = control.all("option")
        chosen = [option for option in options if "selected" in option.attributes]
        return (chosen or options)[0].attributes["value"]
    return control.attributes.get("value", "").replace("\n", "\r\n")


Edit = Callable[..., TestResponse]


def open_editor(client: FlaskClient, name: str, query: str = "") -> Element:
    answer = client.get(f"/flows/{name}/edit{query}")
    assert answer.status_code == 200
    return read_page(answer.get_data(as_text=True))


def submit(
    client: FlaskClient,
    name: str,
    do: str = "save",
    changes: Mapping[str, str] | None = None,
    query: str = "",
) -> TestResponse:
    """The editor's form with these changes, by a button."""
    given = fields_of(open_editor(client, name, query))
    return client.post(f"/flows/{name}/edit", data=given | dict(changes or {}) | {"do": do})


def make_flow(client: FlaskClient, name: str, template: str = "empty") -> None:
    page = read_page(client.get("/flows/new").get_data(as_text=True))
    token = page.all("input", name="form_token")[0].attributes["value"]
    data = {"form_token": token, "name": name, "template": template}
    assert client.post("/flows/new", data=data).status_code == 303


def define(site: FlowSite, target: Misbehaving, name: str = "leads") -> None:
    """Made from a template, then written by hand."""
    make_flow(site.client(), name)
    site.path(name).write_text(DEFINITION.replace("URL", target.url("200")), encoding="utf-8")


def text_of(page: Element, tag: str, id_: str) -> str:
    return page.one(tag, id=id_).text


def state(page: Element) -> str:
    return page.one("div", id="flow-head").one("p", class_="question").text
