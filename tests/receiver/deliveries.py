"""Deliveries for tests, put into a real inbox as a worker would."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings

FORM = "application/x-www-form-urlencoded"


def delivery(body: bytes | str, webhook: str = "default", outside: bool = False) -> Delivery:
    data = body.encode() if isinstance(body, str) else body
    return Delivery(webhook, "POST", "/webhook", b"", data, FORM, "92.118.66.7", outside=outside)


def call(number: int, sent: int = 1695673778, **params: str) -> Delivery:
    """A call's delivery with this id, sent at this Unix time."""
    webhook = params.pop("webhook", "default")
    fields = {"leadtype": "call", "id": str(number), "sendingTimestamp": str(sent), **params}
    return delivery(urlencode(fields), webhook)


def put(place: Settings | Path, deliveries: Iterable[Delivery]) -> None:
    """As one worker process that comes and goes."""
    directory = DataDir(place.data_dir).inbox if isinstance(place, Settings) else place
    inbox = InboxWriter(directory)
    for one in deliveries:
        inbox.put(one)
    inbox.close()
