"""A mail step: the mail it plans. Pure.

A form must not make us a relay: who gets a mail is written in the flow, or is of a domain that the
operator has allowed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from flows.definition.steps import MailStep
from flows.filling.filler import Filler, value_text
from flows.filling.places import PLACES
from flows.filling.template import parse_template
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9.-]{1,253})")
_UNFIT_IN_NAMES = re.compile(r"[^\w.-]+")
_MOST_ADDRESSES = 50
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """`shown`: the same as people may read it."""

    message: EmailMessage
    shown: str


def plan_mail(
    step: MailStep,
    filler: Filler,
    sender: str,
    allowed: Sequence[str],
    key: str,
    now: datetime,
) -> PlannedMail:
    """`key`: the same for all tries, by which a mail program knows doubles. Raises
    `FlowRefusal`."""
    addresses = _addresses(step, filler, allowed)
    subject = PLACES["subject"].fill(step.subject, filler, "utf-8")
    text = PLACES["html" if step.is_html else "text"].fill(step.text, filler, "utf-8")
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = ", ".join(addresses)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, subtype="html" if step.is_html else "plain", cte="base64")
    shown = [f"To: {message['To']}", f"Subject: {subject}", "", text]
    for name, content in _attached(step, filler):
        file = f"{_UNFIT_IN_NAMES.sub('_', name)[:_LONGEST_NAME]}.txt"
        message.add_attachment(content, filename=file, cte="base64")
        shown.append(f"[{file}, {len(content)} characters]")
    return PlannedMail(message, "\n".join(shown))


def _addresses(step: MailStep, filler: Filler, allowed: Sequence[str]) -> list[str]:
    template = parse_template(step.to)
    listed = [part.strip() for part in filler.text(template).split(",") if part.strip()]
    if not listed:
        raise FlowRefusal("missing-field", "to")
    if len(listed) > _MOST_ADDRESSES:
        raise FlowRefusal("too-many", "to", f"at most {_MOST_ADDRESSES} addresses")
    for address in listed:
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise FlowRefusal("bad-email", "to")
        if template.placeholders and not _is_allowed(match[1].lower(), allowed):
            hint = "a field says to whom: add the domain to mail_allowed"
            raise FlowRefusal("mail-not-allowed", "to", hint)
    return listed


def _is_allowed(domain: str, allowed: Sequence[str]) -> bool:
    return any(
        domain == name or (name.startswith("*.") and domain.endswith(name[1:])) for name in allowed
    )


def _attached(step: MailStep, filler: Filler) -> list[tuple[str, str]]:
    """Fields that are there, by their names."""
    files = []
    for name in step.attach:
        value = filler.fields.find(name)
        if value is ABSENT:
            filler.notes.append(f"absent: {name}")
        else:
            files.append((name, value_text(value)))
    return files
