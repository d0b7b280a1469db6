"""Whom an operation is about, as hashes by which it is found again: nobody can read them back."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analytics.privacy.documents import told_contacts
from flows.filling.lookup import RepeatedText
from receiver.person_key import InvalidPersonKey, contact_hash, person_key

log = logging.getLogger(__name__)

_MOST = 8


class ContactHashes:
    """`path`: of the key. Without it operations are passed on all the same, and not found by a
    phone or an e-mail address."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key: bytes | None = None

    def of(self, values: Mapping[str, Any]) -> str:
        """Of the phones and e-mail addresses in fields that are named after a person, with blanks
        between."""
        told = told_contacts(
            (name, list(value.values) if isinstance(value, RepeatedText) else value)
            for name, value in values.items()
            if not name.startswith("@")
        )
        known = [*(("phone", one) for one in told.phones), *(("email", one) for one in told.emails)]
        if not known:
            return ""
        try:
            key = self._key or person_key(self._path)
        except (InvalidPersonKey, OSError) as error:
            log.error("contacts cannot be hashed: %s", error)
            return ""
        self._key = key
        hashes = (contact_hash(key, kind, contact) for kind, contact in known)
        return " ".join(dict.fromkeys(list(hashes)[:_MOST]))
