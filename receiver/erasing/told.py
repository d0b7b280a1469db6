"""Whom one delivery tells, by its own parameters."""

from collections.abc import Iterator, Mapping

import orjson

from analytics.contacts import canonical_email, canonical_phone
from analytics.privacy.holds import Privacy
from receiver.decode import Params, decode
from receiver.erasing.ending import held_by, is_marker
from receiver.erasing.person import Person
from receiver.inbox.delivery import Delivery


def params_of(delivery: Delivery, rename: Mapping[str, str], is_saved: bool) -> Params:
    """`is_saved`: its body is what a store knew of it."""
    if is_saved:
        known: Params = orjson.loads(delivery.body)["params"]
        return known
    return decode(delivery.query, delivery.body, delivery.content_type, rename).params


def person_in(params: Params) -> Person:
    """To be looked for in the texts beside."""
    phones, emails, caller_ids, names = (
        list(_told(params, name)) for name in ("callerphone", "email", "ctCallerId", "fio")
    )
    return Person(
        frozenset(filter(None, map(canonical_phone, phones))),
        frozenset(filter(None, map(canonical_email, emails))),
        frozenset(caller_ids),
        frozenset(names),
        frozenset(
            value
            for name in params
            if held_by((name,), {}) is Privacy.IDENTIFIER and name != "ctCallerId"
            for value in _told(params, name)
        ),
    )


def _told(params: Params, name: str) -> Iterator[str]:
    value = params.get(name)
    if isinstance(value, str) and not is_marker(value):
        yield value
