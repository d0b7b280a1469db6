"""Whom an operation is about, as hashes."""

from pathlib import Path

import pytest

from flows.contacts import ContactHashes
from flows.filling.lookup import RepeatedText
from receiver.person_key import contact_hash, person_key
from tests.flows.running.conftest import Flows
from tests.flows.running.test_runner import one_step


def test_phones_and_emails_of_fields_that_are_named_so(tmp_path: Path) -> None:
    hashes = ContactHashes(tmp_path / "person.key")
    values = {
        "Phone": "8 (999) 000-11-22",
        "client_phone": RepeatedText(("+79990001122", "+79990003344")),
        "contact": {"EMAIL": "Maria@Form.example"},
        "order_id": "79990005566",
        "Name": "Мария",
        "@body": "Phone=79990007788",
    }
    found = hashes.of(values)
    key = person_key(tmp_path / "person.key")
    assert found.split() == [
        contact_hash(key, "phone", "79990001122"),
        contact_hash(key, "phone", "79990003344"),
        contact_hash(key, "email", "maria@form.example"),
    ]


def test_without_contacts_no_key_is_made(tmp_path: Path) -> None:
    assert ContactHashes(tmp_path / "person.key").of({"utm_source": "vk", "Phone": ""}) == ""
    assert not (tmp_path / "person.key").exists()


def test_a_lost_key_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "person.key").write_text("lost")
    assert ContactHashes(tmp_path / "person.key").of({"Phone": "79990001122"}) == ""
    assert "79990001122" not in caplog.text


def test_each_operation_has_its_own(flows: Flows) -> None:
    flows.apply("one", one_step("200"))
    flows.deliver("one", "Phone=79990001122", "utm_source=vk")
    flows.run()
    key = person_key(flows.place.person_key)
    assert flows.query("select contact_hash from operations order by operation_id") == [
        (contact_hash(key, "phone", "79990001122"),),
        ("",),
    ]
