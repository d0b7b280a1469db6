"""Pages by e-mail, through a real mail server on loopback."""

import email
import email.policy
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from calltouch.cli import main
from receiver.settings.settings import Settings, SettingsError
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call


@dataclass
class Sink:
    """Keeps what it is sent; refuses those at nowhere.example."""

    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # the library's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.endswith("@nowhere.example"):
            return "550 nobody of this name: " + address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(parsed)
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def sink() -> Iterator[Sink]:
    # It lives in this process, and its log would be taken for ours.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.port = controller.port
    yield sink
    controller.stop()


@pytest.fixture
def environ(place: Place, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with one nasty lead, and mails of it; the configuration's path."""
    source = '"><img src=x onerror=alert(1)>'
    place.add([Delivered(NOW, call(1, NOW, source=source, callerphone="79161234567"))])
    path = place.directory / "calltouch.toml"
    path.write_text(
        f"""
        data_dir = "{place.directory}"
        smtp_host = "127.0.0.1"
        smtp_port = {sink.port}
        smtp_security = "none"
        mail_from = "Отчёты <reports@leads.example>"
        [mails.week]
        page = "overview"
        to = ["anna@leads.example", "boris@leads.example"]
        query = "period=all"
        [mails.refused]
        to = "anna@nowhere.example"
        [mails.broken]
        to = "anna@leads.example"
        query = "nonsense=1"
        """,
        encoding="utf-8",
    )
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(path))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_mail_carries_the_page_as_one_file_with_its_strangers_texts_tamed(
    environ: Path, sink: Sink
) -> None:
    assert main(["report", "--mail", "week"]) == 0
    (mail,) = sink.mails
    assert mail["To"] == "anna@leads.example, boris@leads.example"
    assert mail["Subject"] == "Отчёт «Обзор»"
    (attached,) = mail.iter_attachments()
    page = attached.get_content()
    assert attached.get_content_type() == "text/html"
    assert "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page.partition("<script>")[0]
    assert "79161234567" not in page
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Лиды: 1" in text
    assert "Персональные данные скрыты." in text


def test_what_a_mail_server_refuses_is_said_without_addresses(
    environ: Path, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--mail", "refused"]) == 1
    error = capsys.readouterr().err
    assert "refused all recipients" in error
    assert "anna" not in error


def test_a_mail_of_a_page_that_cannot_be_made_says_why(
    environ: Path, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--mail", "broken"]) == 1
    assert "nonsense" in capsys.readouterr().err
    assert main(["report", "--mail", "nobody"]) == 2
    assert "week, refused, broken" in capsys.readouterr().err
    assert sink.mails == []


def test_a_page_is_written_to_a_file(environ: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    query = ["--query", "period=all", "--language", "en"]
    assert main(["report", "--page", "overview", *query, "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "<h1>Overview</h1>" in text
    assert 'href="/' not in text.partition("<script>")[0]
    assert main(["report", "--page", "overview"]) == 2


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[mails.a]\nto = "x@y.example"', "need smtp_host and mail_from"),
        ('[mails.a]\nto = "nobody"', "e-mail address"),
        ('[mails.a]\nto = "x@y.example"\ndays = "fri,tomorrow"', "days like mon-fri"),
        ('[mails.a]\nto = "x@y.example\\nBcc: z@y.example"', "e-mail address"),
    ],
)
def test_settings_of_mails_are_checked_at_the_start(
    tmp_path: Path, toml: str, message: str
) -> None:
    path = tmp_path / "calltouch.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        Settings.load({"CALLTOUCH_CONFIG": str(path)})


def test_days_may_go_round_the_end_of_the_week(tmp_path: Path) -> None:
    path = tmp_path / "calltouch.toml"
    path.write_text(
        'smtp_host = "h"\nmail_from = "r@y.example"\n'
        '[mails.a]\nto = "x@y.example"\ndays = "sat-mon"',
        encoding="utf-8",
    )
    assert Settings.load({"CALLTOUCH_CONFIG": str(path)}).mails["a"].days == (0, 5, 6)
