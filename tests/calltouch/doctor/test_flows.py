"""Doctor on flows: what would keep one that is in force from doing what it says."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from calltouch.doctor import flows as checks
from calltouch.doctor.finding import Finding
from flows.store.definitions import apply_definition, set_running
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir
from receiver.process_lock import hold
from receiver.settings.settings import Settings

DEFINITION = """
[source]
kind = "http"
[[steps]]
kind = "http"
method = "POST"
url = "https://{host}/{{{{id}}}}"
headers = {{ Access-Token = "{{{{secret.crm}}}}" }}
body.json = '{{"a": "1"}}'
"""


def settings_with(settings: Settings, **more: str) -> Settings:
    own = {f"CALLTOUCH_{name.upper()}": value for name, value in more.items()}
    return Settings.load({"CALLTOUCH_DATA_DIR": str(settings.data_dir), **own})


def apply(settings: Settings, host: str = "192.0.2.1", *, running: bool = True) -> None:
    now = datetime.now(UTC)
    with closing(StoreWriter(DataDir(settings.data_dir).flows_store)) as store:
        text = DEFINITION.format(host=host)
        store.write(lambda db: apply_definition(db, "crm", text, now, "test"))
        store.write(lambda db: set_running(db, "crm", running, now, "test"))


def found(settings: Settings) -> dict[str, Finding]:
    return {one.check: one for check in checks.CHECKS for one in check(settings)}


def levels(settings: Settings) -> dict[str, str]:
    return {name.removesuffix(" of flows"): one.level for name, one in found(settings).items()}


def test_without_flows_there_is_nothing_to_say(settings: Settings) -> None:
    assert found(settings) == {}
    assert not settings.data_dir.exists()


def test_all_that_is_missing_is_named(settings: Settings) -> None:
    apply(settings)
    assert levels(settings) == {
        **{"flows": "ok", "runner": "warn", "secrets": "fail", "addresses": "warn"},
        "hosts": "fail",
    }
    named = found(settings)
    assert "{{secret.crm}}" in named["secrets of flows"].text
    assert "https://192.0.2.1/: blocked-address" in named["hosts of flows"].text
    assert all(one.advice for one in named.values() if one.level != "ok")


def test_all_is_well(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    config = tmp_path / "calltouch.toml"
    config.write_text('[secrets]\ncrm = "TOP-SECRET"\n')
    whole = settings_with(
        settings,
        config=str(config),
        public_url="https://leads.example",
        flow_allowed_networks="192.0.2.1/32",
    )
    apply(whole)
    (whole.definitions_dir / "crm.toml").write_text(DEFINITION.format(host="192.0.2.1"))
    with hold(DataDir(whole.data_dir).flows / "flows.lock"):
        assert levels(whole) == dict.fromkeys(
            ("flows", "runner", "definitions", "secrets", "hosts"), "ok"
        )
    assert not [one for one in found(whole).values() if "TOP-SECRET" in one.text]


def test_a_stopped_flow_needs_no_runner(settings: Settings) -> None:
    apply(settings, running=False)
    assert "runner" not in levels(settings)


def test_a_name_that_does_not_resolve_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> list[object]:
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", nothing)
    apply(settings, "crm.example")
    finding = found(settings)["hosts of flows"]
    assert finding.text.endswith("https://crm.example/: dns")
    assert "does not resolve" in finding.advice


def test_a_definition_that_was_edited_wrongly_is_told(settings: Settings) -> None:
    apply(settings)
    (settings.definitions_dir / "crm.toml").write_text("[source]\nkind = 'htpt'\n")
    finding = found(settings)["definitions of flows"]
    assert finding.level == "fail"
    assert finding.text.startswith("crm.toml: ")


def test_a_broken_file_is_told_once(settings: Settings) -> None:
    path = DataDir(settings.data_dir).flows_store
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database, but long enough to be looked at" * 100)
    assert levels(settings) == {"flows": "fail"}
