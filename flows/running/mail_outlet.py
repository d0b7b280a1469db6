"""The mail server of the settings, as steps use it."""

from dataclasses import dataclass
from email.message import EmailMessage

from receiver.mails.sending import deliver
from receiver.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class MailOutlet:
    """`settings` name a mail server and a sender."""

    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> "MailOutlet | None":
        return cls(settings) if settings.smtp_host and settings.mail_from else None

    @property
    def host(self) -> str:
        return self.settings.smtp_host or ""

    @property
    def sender(self) -> str:
        return self.settings.mail_from or ""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The domains that a flow may mail to where a field says to whom."""
        return self.settings.mail_allowed

    def send(self, message: EmailMessage) -> int:
        """How many of those it is for were refused. Raises `receiver.mails.sending.NotSent`."""
        return deliver(self.settings, message)
