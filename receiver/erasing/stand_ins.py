"""What stands in the place of a value, made of it with the installation's key."""

from dataclasses import dataclass

from analytics.contacts import canonical_email, canonical_phone
from analytics.stand_ins import contact_stand_in, nameless_stand_in
from receiver.erasing.person import Person
from receiver.person_key import contact_hash

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_MARK = 10


@dataclass(frozen=True, slots=True)
class StandIns:
    """`person`: the number that values without a contact of their own are given; None where they
    tell nobody."""

    key: bytes
    person: int | None

    @classmethod
    def of(cls, key: bytes, person: Person) -> "StandIns":
        return cls(key, number_of(key, person))

    def phone(self, written: str) -> str:
        return self._contact("phone", canonical_phone(written), written)

    def email(self, written: str) -> str:
        return self._contact("email", canonical_email(written), written)

    def contact(self, kind: str, contact: str, written: str) -> str:
        """Of one that stands in a text."""
        return self._contact(kind, contact, written)

    def caller_id(self, written: str, caller_id: str | None = None) -> str:
        caller_id = written if caller_id is None else caller_id
        # Some telephone systems know callers by their phones.
        kind = "phone" if canonical_phone(caller_id) == caller_id else "caller"
        return self._contact(kind, caller_id, written)

    def value(self, written: str) -> str:
        mark = self.mark(written)
        return (
            nameless_stand_in(mark) if self.person is None else contact_stand_in(self.person, mark)
        )

    def number(self, written: str) -> int:
        """Where only a number may stand."""
        return person_number(self.key, "value", written) if self.person is None else self.person

    def mark(self, written: str) -> str:
        """Letters alone: nothing takes them for a phone."""
        return contact_hash(self.key, "value", written)[:_MARK].translate(_LETTERS)

    def _contact(self, kind: str, contact: str | None, written: str) -> str:
        if contact is None:
            return nameless_stand_in(self.mark(written))
        number = person_number(self.key, kind, contact)
        return contact_stand_in(number, "" if written == contact else self.mark(written))


def number_of(key: bytes, person: Person) -> int:
    """Of whatever the person is known by best."""
    kinds = (
        ("phone", person.phones),
        ("email", person.emails),
        ("caller", person.caller_ids),
        ("name", person.names),
        ("value", person.values),
    )
    known = next(((kind, min(those)) for kind, those in kinds if those), ("nobody", "nobody"))
    return person_number(key, *known)


def person_number(key: bytes, kind: str, contact: str) -> int:
    """64 bits, signed, as the `person` of a lead is. `kind`: `phone`, `email`, or `caller` for
    Calltouch's ctCallerId."""
    return int.from_bytes(bytes.fromhex(contact_hash(key, kind, contact))[:8], "big", signed=True)
