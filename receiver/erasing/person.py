"""The person who is to be erased."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """`phones`, `emails` in their canonical forms, `caller_ids` and `names` as they were sent.

    `values`: whatever else their own leads hold of them, such as addresses and user agents, ids of
    browsers and links to recordings. In the leads of others only those are looked for that nobody
    else can have.
    """

    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    caller_ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()

    def __or__(self, other: "Person") -> "Person":
        """Whatever either is known by."""
        return Person(
            self.phones | other.phones,
            self.emails | other.emails,
            self.caller_ids | other.caller_ids,
            self.names | other.names,
            self.values | other.values,
        )
