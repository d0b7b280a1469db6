"""What comes of an erased lead later, sent or fetched again, is ended before anybody sees it: the
inbox is read through here.

Where nobody was erased it costs nothing, and where somebody was, a search for digits: only what
may be of such a lead is decoded to know.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.erasing.erasures import ErasureLog, LeadKey
from receiver.digest.workers.raw_delivery import WebhookDialect, decoded_and_read, undecoded
from receiver.erasing.eraser import Eraser
from receiver.erasing.person import Person
from receiver.inbox.delivery import Delivery, StampedDelivery
from receiver.inbox.reader import InboxEntry
from receiver.person_key import person_key
from receiver.settings.settings import Settings

_DIGITS = re.compile(rb"\d{1,19}")
# Gzip, an escaped digit, or text of two bytes a character: the digits of an id do not show.
_HIDDEN = re.compile(rb"\A\x1f\x8b|%3\d|\\u003\d|\x00", re.IGNORECASE)


class ErasedLeads:
    """`key_file`: is not read before it is needed."""

    def __init__(self, log: ErasureLog, dialect: WebhookDialect, key_file: Path) -> None:
        self.log = log
        self._dialect = dialect
        self._eraser = cache(
            lambda number: Eraser(person_key(key_file), Person(), dialect.renames, number)
        )
        self._leads: Mapping[LeadKey, int] = {}
        self._numbers: frozenset[bytes] = frozenset()
        self.refresh()

    @classmethod
    def of(cls, settings: Settings) -> "ErasedLeads":
        place = DataDir(settings.data_dir)
        return cls(ErasureLog(place.erasures), WebhookDialect.of(settings), place.person_key)

    def refresh(self) -> None:
        """The log was written to."""
        self._leads = self.log.leads()
        self._numbers = frozenset(str(lead_id).encode() for _, lead_id in self._leads)

    def passing(self, delivery: Delivery) -> Delivery:
        """As `receiver.inbox.reader.Passing`."""
        if not self._numbers or not self._may_be_erased(delivery):
            return delivery
        lead = self._lead_of(delivery)
        if lead is None or lead not in self._leads:
            return delivery
        ended: Delivery = self._eraser(self._leads[lead]).own(delivery)
        return ended

    def _lead_of(self, delivery: Delivery) -> LeadKey | None:
        """None for what is no lead's, or cannot be read."""
        entry = InboxEntry("", 0, StampedDelivery(0, 0, delivery))
        try:
            (read,) = decoded_and_read(undecoded([NumberedDelivery(0, entry)]), self._dialect)
        except (ValueError, OverflowError):
            return None
        return read.key

    def _may_be_erased(self, delivery: Delivery) -> bool:
        return any(
            _HIDDEN.search(text)
            or any(found.lstrip(b"0") in self._numbers for found in _DIGITS.findall(text))
            for text in (delivery.query, delivery.body)
        )
