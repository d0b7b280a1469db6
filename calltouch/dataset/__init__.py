"""Reports, SQL and figures in Python, over a published file or over HTTP: `calltouch.open`."""

from datetime import datetime
from pathlib import Path

from calltouch.dataset.dataset import Dataset
from calltouch.dataset.sample import make_sample
from calltouch.dataset.transport import transport_to

__all__ = ["Dataset", "open", "sample"]


def open(where: str | Path, token: str | None = None, now: datetime | None = None) -> Dataset:
    """A published file by its path, or a server by its URL and a token of it.

    Both give the same rows; over HTTP persons are masked as the token's role says. What is
    published later is seen by the next question. `now`: from when a file that nobody publishes any
    more is looked at, so that its last 30 days are those before it. Raises `CalltouchError`.
    """
    return Dataset(transport_to(where, token, now))


def sample(leads: int = 2_000, days: int = 66) -> Dataset:
    """Invented leads of two months, to try things on; made in some seconds."""
    return make_sample(leads, days)
