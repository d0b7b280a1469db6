"""The clients. All are made up: 7999… phones, example.com addresses."""

import hashlib
from dataclasses import dataclass
from random import Random

from simulator.market.chance import WeightedChoice, stream
from simulator.market.devices import DEVICES, Device

_MEN = (
    ("Алексей", "alexey"), ("Дмитрий", "dmitry"), ("Сергей", "sergey"), ("Андрей", "andrey"),
    ("Михаил", "mikhail"), ("Иван", "ivan"), ("Павел", "pavel"), ("Олег", "oleg"),
)  # fmt: skip
_WOMEN = (
    ("Анна", "anna"), ("Елена", "elena"), ("Ольга", "olga"), ("Мария", "maria"),
    ("Наталья", "natalia"), ("Ирина", "irina"), ("Светлана", "svetlana"), ("Юлия", "julia"),
)  # fmt: skip
# Obviously made-up surnames.
_SURNAMES = ("Примеров", "Тестов", "Вымыслов", "Условнов", "Образцовский", "Небывалов")

_CITIES = WeightedChoice(
    [
        ("moscow", 46), ("saint petersburg", 12), ("khimki", 4), ("mytishchi", 4), ("podolsk", 4),
        ("balashikha", 3), ("kazan", 3), ("nizhny novgorod", 3), ("yekaterinburg", 3), ("tver", 2),
        ("krasnodar", 2), ("novosibirsk", 2), ("samara", 2), ("rostov-on-don", 2), ("ufa", 1),
        ("irkutsk", 1), ("", 2),
    ]
)  # fmt: skip

# RFC 5737: documentation addresses.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")

JUNK_SHARE = 0.035
_EMAIL_SHARE = 0.35
_SURNAME_SHARE = 0.3
_PHONES = 10**7


@dataclass(frozen=True, slots=True)
class Person:
    """A client of one site. `phone`: 11 digits; `is_junk`: a robot or a telemarketer.

    The ids are cookies and values Calltouch derives: `ct_client_id` and `yandex_client_id` have 19
    digits, `google_client_id` is empty if unknown.
    """

    phone: str
    fio: str
    email: str | None
    is_man: bool
    is_junk: bool
    device: Device
    city: str
    home_ip: str
    ct_caller_id: str
    ct_client_id: str
    ct_global_id: str
    google_client_id: str
    yandex_client_id: str


def make_person(seed: int, index: int, first_seen_at: int) -> Person:
    """The person with that number; no two share a phone."""
    rng = stream(seed, "person", index)
    phone = _phone(seed, index)
    is_man = rng.random() < 0.45
    name, latin = rng.choice(_MEN if is_man else _WOMEN)
    return Person(
        phone=phone,
        fio=_fio(rng, name, is_man),
        email=f"{latin}.{index}@example.com" if rng.random() < _EMAIL_SHARE else None,
        is_man=is_man,
        is_junk=rng.random() < JUNK_SHARE,
        device=DEVICES.pick(rng),
        city=_CITIES.pick(rng),
        home_ip=address(rng),
        ct_caller_id=hashlib.md5(phone.encode(), usedforsecurity=False).hexdigest(),
        ct_client_id=str(25 * 10**17 + rng.randrange(10**16)),
        ct_global_id=uuid(rng, "4"),
        google_client_id=f"{rng.randrange(10**8, 10**9)}.{first_seen_at}"
        if rng.random() < 0.9
        else "",
        yandex_client_id=f"{first_seen_at}{rng.randrange(10**9):09d}"
        if rng.random() < 0.93
        else "",
    )


def address(rng: Random) -> str:
    return f"{rng.choice(_NETWORKS)}.{rng.randrange(1, 255)}"


def uuid(rng: Random, version: str) -> str:
    """Looks like a UUID; `version`: start of its third group."""
    digits = f"{rng.getrandbits(128):032x}"
    third = version + digits[12 + len(version) : 16]
    return f"{digits[:8]}-{digits[8:12]}-{third}-{digits[16:20]}-{digits[20:]}"


def _phone(seed: int, index: int) -> str:
    # The factor is coprime to 10, so every index has its own number.
    return f"7999{(index * 7_654_321 + seed * 1_000_003) % _PHONES:07d}"


def _fio(rng: Random, name: str, is_man: bool) -> str:
    if rng.random() >= _SURNAME_SHARE:
        return name
    surname = rng.choice(_SURNAMES)
    if not is_man:
        surname = surname[:-2] + "ая" if surname.endswith("ий") else surname + "а"
    return f"{surname} {name}"
