"""Where webhooks go: the URL entered in the Calltouch account, per webhook."""

from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit

from simulator.webhooks.configured import DEFAULT


class BadUrl(ValueError):
    """The text says what is wrong with the URL."""


@dataclass(frozen=True, slots=True)
class Target:
    """The URL in parts. `query`: from the URL itself, with the secret first."""

    is_secure: bool
    host: str
    port: int
    path: str
    query: str

    @classmethod
    def parse(cls, url: str, secret: str | None = None) -> "Target":
        """`url`: of the webhook `default`. Raises `BadUrl`."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadUrl(str(error)) from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadUrl("it must look like http://127.0.0.1:8000/webhook")
        is_secure = parts.scheme == "https"
        pairs = [f"secret={quote_plus(secret)}"] if secret else []
        return cls(
            is_secure=is_secure,
            host=parts.hostname,
            port=port or (443 if is_secure else 80),
            path=parts.path.rstrip("/") or "/webhook",
            query="&".join([*pairs, *([parts.query] if parts.query else [])]),
        )

    def request_target(self, webhook: str, query: bytes) -> str:
        """Path and query of a delivery."""
        path = self.path if webhook == DEFAULT else f"{self.path}/{webhook}"
        whole = "&".join(part for part in (self.query, query.decode("ascii")) if part)
        return f"{path}?{whole}" if whole else path

    def __str__(self) -> str:
        return f"{'https' if self.is_secure else 'http'}://{self.host}:{self.port}{self.path}"
