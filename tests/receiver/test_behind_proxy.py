"""The receiver below a base path: what comes with it and without it is the same webhook."""

from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder

from calltouch.receiver_app import create_receiver
from receiver.behind_proxy import path_below
from receiver.ingest.web import WebhookFlask, register_receiver
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings, SettingsError


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("/calltouch", "/"),
        ("/calltouch/", "/"),
        ("/calltouch/webhook/crm", "/webhook/crm"),
        ("/calltouch/calltouch/x", "/calltouch/x"),
        ("/calltouched/x", "/calltouched/x"),
        ("/webhook", "/webhook"),
        ("/x/calltouch/webhook", "/x/calltouch/webhook"),
    ],
)
def test_only_the_whole_path_at_its_beginning_is_taken_off(path: str, below: str) -> None:
    assert path_below("/calltouch", path) == below
    assert path_below("", path) == path


@pytest.mark.parametrize(
    ("written", "path"),
    [("", ""), ("/", ""), ("calltouch", "/calltouch"), (" /a-b/c.d/ ", "/a-b/c.d")],
)
def test_a_base_path_begins_with_a_slash_and_ends_with_none(written: str, path: str) -> None:
    assert Settings.load({"CALLTOUCH_BASE_PATH": written}).base_path == path


@pytest.mark.parametrize(
    "written", ["/a b", "/a//b", "/../x", "/%D1", "/a?b", "/webhook", "flow/x"]
)
def test_what_is_no_path_or_the_receivers_own_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match="must be a path like /calltouch"):
        Settings.load({"CALLTOUCH_BASE_PATH": written})


def test_the_worker_takes_them_without_a_thread(tmp_path: Path) -> None:
    given = {"CALLTOUCH_DATA_DIR": str(tmp_path / "data"), "CALLTOUCH_BASE_PATH": "/calltouch"}
    receiver = register_receiver(WebhookFlask("receiver"), Settings.load(given))
    answers: list[PlainAnswer] = []
    for path in ("/calltouch/webhook", "/webhook", "/calltouch/healthz"):
        receiver.begin(EnvironBuilder(path, method="POST").get_environ(), answers.append)
    assert [answer.body for answer in answers] == [b"sender's address cannot be told\n"] * 2


def test_webhooks_come_with_the_base_path_and_without(tmp_path: Path) -> None:
    given = {"CALLTOUCH_DATA_DIR": str(tmp_path / "data"), "CALLTOUCH_BASE_PATH": "/calltouch"}
    given["CALLTOUCH_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    client = create_receiver(Settings.load(given)).test_client()
    paths = ("/webhook", "/calltouch/webhook/crm/", "/calltouch/healthz", "/calltouched/webhook")
    assert [client.get(path).status_code for path in paths] == [200, 200, 200, 404]
