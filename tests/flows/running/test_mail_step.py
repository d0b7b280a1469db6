"""The mail step, against a real mail server on loopback: no relay, and no mail twice."""

import asyncio
import email
import email.policy
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from flows.running.mail_outlet import MailOutlet
from receiver.mails import sending
from receiver.settings.settings import Settings
from tests.flows.running.calltouch import SOURCE
from tests.flows.running.conftest import Flows

MAIL = """
[[steps]]
kind = "mail"
name = "tell"
to = "TO"
subject = "Заявка от {{name}}"
text = "Телефон: {{phone}}"
"""


@dataclass
class MailServer:
    """Answers as it is told; `port` is its own. A word instead of an answer: `drop` closes the
    connection, `silent` says nothing."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    at_recipient: str = "250 OK"
    at_data: str = "250 OK"
    refused: str = ""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = "550 nobody" if self.refused and address == self.refused else self.at_recipient
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return await self._answer(answer, server)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.to.append(list(envelope.rcpt_tos))
        return await self._answer(self.at_data, server)

    async def _answer(self, answer: str, server: Any) -> str:
        if answer == "drop":
            server.transport.abort()
        if answer == "silent":
            await asyncio.sleep(1)
        return answer if answer[0].isdecimal() else "250 OK"


@pytest.fixture
def server(flows: Flows) -> Iterator[MailServer]:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    server.port = port
    flows.mail = outlet(port, mail_allowed="example.ru, *.allowed.example")
    yield server
    controller.stop()


def outlet(port: int, **settings: str) -> MailOutlet:
    values = {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_security": "none",
        "mail_from": "Заявки <flows@leads.example>",
        **settings,
    }
    environ = {f"CALLTOUCH_{name.upper()}": value for name, value in values.items()}
    made = MailOutlet.of(Settings.load(environ))
    assert made is not None
    return made


def deliver(flows: Flows, to: str, body: str = "name=Анна&phone=1", more: str = "") -> None:
    flows.apply("one", SOURCE + MAIL.replace("TO", to) + more)
    flows.deliver("one", body)
    flows.run()


def test_a_mail_says_what_came_in(flows: Flows, server: MailServer) -> None:
    name = "Анна%0D%0ABcc: eve@evil.example"
    more = 'attach = ["phone", "list", "absent", "../имя"]\n'
    query = f"name={name}&phone=1&list=a&list=b&../имя=%22"
    deliver(flows, "anna@anywhere.example, boris@leads.example", query, more)
    assert flows.states() == [("done", "")]
    (mail,) = server.mails
    assert server.to == [["anna@anywhere.example", "boris@leads.example"]]
    assert mail["Subject"] == "Заявка от Анна Bcc: eve@evil.example"
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body()
    assert text is not None and text.get_content().strip() == "Телефон: 1"
    files = {part.get_filename(): part.get_content().strip() for part in mail.iter_attachments()}
    assert files == {"phone.txt": "1", "list.txt": "b", ".._имя.txt": '"'}
    assert "absent: absent" in flows.operations()[0].notes
    assert "Телефон: 1" in flows.stored("request")[0]


def test_html_is_escaped(flows: Flows, server: MailServer) -> None:
    step = MAIL.replace("TO", "a@b.example").replace("text = ", "html = ")
    flows.apply("one", SOURCE + step.replace("Телефон: {{phone}}", "<b>{{phone}}</b>"))
    flows.deliver("one", "phone=<script>")
    flows.run()
    assert flows.states() == [("done", "")]
    body = server.mails[0].get_body()
    assert body is not None and body.get_content_type() == "text/html"
    assert body.get_content().strip() == "<b>&lt;script&gt;</b>"


@pytest.mark.parametrize(
    ("to", "address", "reason"),
    [
        ("{{who}}", "eve@evil.example", "mail-not-allowed"),
        ("{{who}}@example.ru", "eve@evil.example, a", "mail-not-allowed"),
        ("a@example.ru, {{who}}", "eve@evil.example", "mail-not-allowed"),
        ("{{who}}", "eve@notallowed.example", "mail-not-allowed"),
        ("{{who}}", "eve@allowed.example", "mail-not-allowed"),
        ("{{who}}", "eve@example.ru@evil.example", "bad-email"),
        ("{{who}}", "nobody", "bad-email"),
        ("{{who}}", "a@example.ru%0D%0ADATA", "bad-email"),
        ("{{who}}", "", "missing-field"),
        ("{{who}}", ",".join(f"a{n}@example.ru" for n in range(51)), "too-many"),
        ("{{who}}", "boris@Example.RU", ""),
        ("{{who}}", "boris@in.allowed.example", ""),
    ],
)
def test_a_form_makes_no_relay_of_us(
    flows: Flows, server: MailServer, to: str, address: str, reason: str
) -> None:
    deliver(flows, to, f"who={address}&name=a&phone=1")
    assert flows.states() == [("failed", reason) if reason else ("done", "")]
    assert len(server.mails) == (0 if reason else 1)


@pytest.mark.parametrize(
    ("at_recipient", "at_data", "state", "reason"),
    [
        ("550 nobody", "250 OK", "failed", "smtp-550"),
        ("450 later", "250 OK", "waiting", "smtp-450"),
        ("drop", "250 OK", "waiting", "connect"),
        ("250 OK", "554 spam", "failed", "smtp-554"),
        ("250 OK", "451 later", "waiting", "smtp-451"),
        ("250 OK", "drop", "unknown", "broken"),
        ("250 OK", "silent", "unknown", "broken"),
    ],
)
def test_what_became_of_it_by_how_far_it_got(
    flows: Flows,
    server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    at_recipient: str,
    at_data: str,
    state: str,
    reason: str,
) -> None:
    monkeypatch.setattr(sending, "_TIMEOUT_SECONDS", 0.5)
    server.at_recipient, server.at_data = at_recipient, at_data
    deliver(flows, "a@b.example")
    assert flows.states() == [(state, reason)]
    server.at_recipient = server.at_data = "250 OK"
    flows.ahead += 60
    flows.run()
    (found,) = flows.states()
    assert found == (("done", "") if state == "waiting" else (state, reason))
    assert len({mail["Message-ID"] for mail in server.mails}) <= 1, "a double could be known"


def test_no_mail_server_there(flows: Flows) -> None:
    flows.mail = outlet(9)
    deliver(flows, "a@b.example")
    assert flows.states() == [("waiting", "connect")]


def test_no_mail_server_set(flows: Flows) -> None:
    deliver(flows, "a@b.example")
    assert flows.states() == [("failed", "no-mail-server")]


def test_some_who_are_refused_are_noted(flows: Flows, server: MailServer) -> None:
    server.refused = "nobody@b.example"
    deliver(flows, "a@b.example, nobody@b.example")
    assert flows.states() == [("done", "")]
    assert flows.operations()[0].notes == ("some of those it was for were refused",)
    assert server.to == [["a@b.example"]]
