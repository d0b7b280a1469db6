"""The editor over real files and a real store: every button, and what must not happen."""

import pytest

from dashboards.access.audit import read_audit
from flows.ready_made import template_names, template_text
from tests.dashboards.page_text import read_page
from tests.dashboards.pages.flow_editor.conftest import (
    FlowSite,
    define,
    fields_of,
    make_flow,
    open_editor,
    state,
    submit,
    text_of,
)
from tests.outgoing.misbehaving import Misbehaving


def audited(site: FlowSite) -> list[tuple[str, str]]:
    with site.access.reading() as db:
        return [(one.entry.action, one.entry.report) for one in reversed(read_audit(db, None, 50))]


@pytest.mark.parametrize("template", template_names())
def test_a_flow_is_made_of_a_template_and_sent_back_as_it_came(
    site: FlowSite, template: str
) -> None:
    """The page of each is whole, and saving what is shown changes no byte."""
    client = site.client()
    make_flow(client, "leads", template)
    assert submit(client, "leads").location == "/flows/leads/edit?done=saved#flow-head"
    assert submit(client, "leads", query="?view=text").status_code == 303
    assert site.text("leads") == template_text(template)
    assert state(open_editor(client, "leads")) == "leads Stopped version 1"
    assert audited(site) == [("flow made", "leads")]


@pytest.mark.parametrize("name", ["", "Leads", "-a", "new", "a" * 65, "../x", "a b"])
def test_a_name_that_is_none_makes_nothing(site: FlowSite, name: str) -> None:
    client = site.client()
    page = read_page(client.get("/flows/new").get_data(as_text=True))
    token = page.all("input", name="form_token")[0].attributes["value"]
    data = {"form_token": token, "name": name, "template": "empty"}
    answer = client.post("/flows/new", data=data)
    assert answer.status_code == 422
    assert list(site.settings.data_dir.rglob("*.toml")) == []


def test_a_name_that_is_taken_overwrites_nothing(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    before = site.text("leads")
    client = site.client()
    page = read_page(client.get("/flows/new").get_data(as_text=True))
    assert "Leads" in page.one("ul", class_="flow-list").text
    token = page.all("input", name="form_token")[0].attributes["value"]
    data = {"form_token": token, "name": "leads", "template": "empty"}
    answer = client.post("/flows/new", data=data)
    assert (answer.status_code, site.text("leads")) == (422, before)


def test_all_kinds_of_steps_are_added_moved_and_removed(site: FlowSite) -> None:
    client = site.client()
    make_flow(client, "leads")
    page = open_editor(client, "leads")
    buttons = [one.attributes["value"] for one in page.one("section", id="add").all("button")]
    assert len(buttons) == 11
    for number, do in enumerate(buttons, start=2):
        assert submit(client, "leads", do).location == f"/flows/leads/edit#step-{number}"
    assert submit(client, "leads", "up:11").location == "/flows/leads/edit#step-11"
    assert submit(client, "leads", "down:0").location == "/flows/leads/edit#step-2"
    assert submit(client, "leads", "remove:0").location == "/flows/leads/edit#step-1"
    heads = [one.text for one in open_editor(client, "leads").all("h2") if one.text[0].isdigit()]
    assert heads[:2] == ["1. Web request", "2. Read JSON"]
    assert [head.split(". ")[1] for head in heads[-2:]] == [
        "Manager of a lead",
        "Comment on a lead",
    ]


def test_a_field_is_saved_in_the_file_and_comments_stay(
    site: FlowSite, target: Misbehaving
) -> None:
    define(site, target)
    site.path("leads").chmod(0o640)
    submit(site.client(), "leads", "save", {"steps.0.method": "PUT", "file.title": "Заявки"})
    text = site.text("leads")
    assert 'title = "Заявки"' in text
    assert 'method = "PUT"' in text
    assert "# our own words" in text
    assert "# theirs" in text
    assert site.path("leads").stat().st_mode & 0o777 == 0o640
    assert audited(site)[-1] == ("flow edited", "leads")
    assert [one.name for one in site.path("leads").parent.glob(".*")] == []


def test_every_button_saves_first(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    for number, do in enumerate(("try", "on", "sample", "wait", "rotate", "view:text", "add:mail")):
        submit(client, "leads", do, {"steps.0.give_up_after": f"{number}h"})
        assert f'give_up_after = "{number}h"' in site.text("leads")


def test_a_file_changed_by_hand_is_never_overwritten(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    given = fields_of(open_editor(client, "leads"))
    site.path("leads").write_text(site.text("leads") + "# by hand\n", encoding="utf-8")
    changes = {"steps.0.method": "PATCH", "do": "save"}
    answer = client.post("/flows/leads/edit", data=given | changes)
    assert answer.status_code == 409
    assert site.text("leads").endswith("# by hand\n")
    page = read_page(answer.get_data(as_text=True))
    yours = page.one("textarea", id="yours").text
    assert 'method = "PATCH"' in yours
    assert "# by hand" not in yours
    again = client.post("/flows/leads/edit", data=fields_of(page) | changes)
    assert again.status_code == 303
    assert site.text("leads").endswith("# by hand\n")
    assert 'method = "PATCH"' in site.text("leads")


def test_a_file_changed_by_hand_is_not_switched_on_unseen(
    site: FlowSite, target: Misbehaving
) -> None:
    define(site, target)
    client = site.client()
    given = fields_of(open_editor(client, "leads", "?show=on"))
    site.path("leads").write_text(site.text("leads") + "# by hand\n", encoding="utf-8")
    answer = client.post("/flows/leads/edit", data=given | {"do": "start"})
    assert answer.status_code == 409
    assert "Stopped" in state(open_editor(client, "leads"))


def test_the_text_is_the_same_file(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    edited = site.text("leads").replace("tel", "phone")
    answer = submit(client, "leads", "save", {"definition": edited}, "?view=text")
    assert answer.location == "/flows/leads/edit?done=saved&view=text#flow-head"
    assert site.text("leads") == edited


def test_what_is_no_toml_is_mended_as_text(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    submit(client, "leads", "save", {"definition": 'title = "Leads'}, "?view=text")
    page = open_editor(client, "leads")
    assert page.one("textarea", name="definition").text == 'title = "Leads'
    assert "not TOML" in page.text
    answer = submit(client, "leads", "start")
    assert answer.status_code == 422
    assert "Fix the errors first" in answer.get_data(as_text=True)


def test_errors_stand_at_their_fields(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    submit(client, "leads", "save", {"steps.0.tries": "many", "source.key": "{{a"})
    page = open_editor(client, "leads")
    faults = text_of(page, "ul", "steps.0.tries-faults")
    assert faults.startswith("Error: line ")
    assert "tries must be a whole number from 1 to 100" in faults
    assert page.one("input", id="steps.0.tries").attributes["aria-invalid"] == "true"
    assert "key: " in text_of(page, "ul", "source.key-faults")


def test_the_sample_is_listed_masked_and_tried_without_sending(
    site: FlowSite, target: Misbehaving
) -> None:
    define(site, target)
    client = site.client()
    assert submit(client, "leads", "sample").location == "/flows/leads/edit?wait=0#sample"
    page = open_editor(client, "leads", "?wait=0")
    newest = page.one("section", id="sample").all("p", role="status")[0].attributes["data-newest"]
    assert client.get(newest).status_code == 204
    site.deliver("leads", "Phone=%2B7+916+000-00-01&note=%3Cb%3Ehi&id=7")
    assert client.get(newest).status_code == 200
    assert submit(client, "leads", "sample").location == "/flows/leads/edit?done=sampled#sample"
    page = open_editor(client, "leads")
    offered = text_of(page, "section", "sample")
    assert "{{Phone}} text •••" in offered
    assert "{{note}} text <b>hi" in offered
    assert "{{crm.status}}" in offered
    assert "{{secret.crm}}" in offered
    assert submit(client, "leads", "try").location == "/flows/leads/edit?show=try#trial"
    trial = text_of(open_editor(client, "leads", "?show=try"), "section", "trial")
    assert f"POST {target.url('200')}" in trial
    assert "Access-Token: {{secret.crm}}" in trial
    assert '{"tel":"+7 916 000-00-01"}' in trial
    assert "TOP-SECRET" not in trial
    assert target.seen == {}
    assert audited(site)[-1] == ("shown", "flow_trial")


def test_switching_on_shows_what_changes_and_runs_what_was_held(
    site: FlowSite, target: Misbehaving
) -> None:
    define(site, target)
    client = site.client()
    site.deliver("leads", "Phone=1", "Phone=2")
    page = open_editor(client, "leads", "?show=on")
    found = text_of(page, "section", "switch-on")
    assert '+body.json = \'{"tel": "{{Phone}}"}\'' in found
    assert "different: 2" in found
    assert "Operations that came while it was stopped: 2." in found
    assert submit(client, "leads", "start", {"held": "run"}).status_code == 303
    assert state(open_editor(client, "leads")) == "leads Running version 2"
    site.deliver("leads", "Phone=3")
    sent = sorted(one.partition(b"\r\n\r\n")[2] for one in target.seen["200"])
    assert sent == [b'{"tel":"1"}', b'{"tel":"2"}', b'{"tel":"3"}']
    assert submit(client, "leads", "stop").status_code == 303
    assert state(open_editor(client, "leads")) == "leads Stopped version 2"
    assert audited(site)[-2:] == [("flow switched on", "leads"), ("flow stopped", "leads")]


def test_what_came_since_the_page_was_made_is_run(site: FlowSite, target: Misbehaving) -> None:
    """Nobody was asked about it, so nobody has dropped it."""
    define(site, target)
    client = site.client()
    given = fields_of(open_editor(client, "leads", "?show=on"))
    site.deliver("leads", "Phone=1")
    assert client.post("/flows/leads/edit", data=given | {"do": "start"}).status_code == 303
    site.deliver("leads", "Phone=2")
    sent = sorted(one.partition(b"\r\n\r\n")[2] for one in target.seen["200"])
    assert sent == [b'{"tel":"1"}', b'{"tel":"2"}']


def test_what_was_held_may_be_dropped(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    client = site.client()
    site.deliver("leads", "Phone=1")
    submit(client, "leads", "start", {"held": "drop"})
    site.deliver("leads", "Phone=2")
    assert [one.partition(b"\r\n\r\n")[2] for one in target.seen["200"]] == [b'{"tel":"2"}']


def test_an_address_is_replaced_and_the_old_one_works_on(
    site: FlowSite, target: Misbehaving
) -> None:
    define(site, target)
    client = site.client()
    before = text_of(open_editor(client, "leads"), "code", "address-1")
    assert before.startswith("https://leads.example/flow/leads/")
    submit(client, "leads", "rotate")
    page = open_editor(client, "leads")
    assert text_of(page, "code", "address-2") == before
    assert text_of(page, "code", "address-1") != before
    active = site.place.flow_addresses.read_text()
    for id_ in ("address-1", "address-2"):
        assert text_of(page, "code", id_).rpartition("/")[2] in active


def test_a_flow_whose_file_is_gone_is_shown_and_written_anew(
    site: FlowSite, target: Misbehaving
) -> None:
    make_flow(site.client(), "leads")
    site.path("leads").unlink()
    client = site.client()
    submit(client, "leads", "save", {"file.title": "Back"})
    assert 'title = "Back"' in site.text("leads")


def test_a_file_in_another_encoding_is_only_shown(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    raw = site.path("leads").read_bytes().replace(b"Leads", "Лиды".encode("cp1251"))
    site.path("leads").write_bytes(raw)
    client = site.client()
    assert "is not UTF-8" in open_editor(client, "leads").text
    assert submit(client, "leads", "start").status_code == 422
    assert site.path("leads").read_bytes() == raw


def test_line_ends_of_windows_stay(site: FlowSite, target: Misbehaving) -> None:
    define(site, target)
    raw = site.path("leads").read_bytes().replace(b"\n", b"\r\n")
    site.path("leads").write_bytes(raw)
    client = site.client()
    submit(client, "leads")
    submit(client, "leads", query="?view=text")
    assert site.path("leads").read_bytes() == raw
