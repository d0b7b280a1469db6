"""The person and all their leads, from one contact or one lead."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from receiver.erasing.finding import FoundPerson, find
from receiver.inbox.delivery import Delivery
from tests.analytics.fold.folding import new_store
from tests.receiver.deliveries import call, delivery
from tests.receiver.erasing.test_counted_facts import Received, fold_received

PHONE, OTHER_PHONE, THIRD = "79161234567", "79162223344", "79163334455"
EMAIL, OFFICE = "anna@mail.ru", "info@okna.example"
CALLER_ID, BROWSER = "5f0c3a9d1b7e42868f0c3a9d1b7e4286", "1793692189209305626"
STARTED = 1793872800


def request(number: int, **params: str) -> Delivery:
    said = "&".join(f"{name}={value}" for name, value in params.items())
    return delivery(f"leadtype=request&requestId={number}&subject=x&{said}")


DELIVERIES = (
    call(1, STARTED, callerphone="+7 (916) 123-45-67", ctCallerId=CALLER_ID, ctClientId=BROWSER),
    call(2, STARTED, callerphone="89161234567", ip="92.118.1.77", comment="долгий разговор"),
    request(1, callerphone="8-916-123-45-67", email="Anna@Mail.ru", fio="Анна+Петрова"),
    request(2, email=EMAIL),
    request(3, callerphone=OTHER_PHONE, email=EMAIL),
    call(4, STARTED, callerphone="9161234567"),
    call(5, STARTED, ctCallerId=CALLER_ID),
    # Mistyped at first, and the number of somebody else.
    call(6, STARTED, callerphone=THIRD),
    call(6, STARTED + 60, callerphone=PHONE),
    call(7, STARTED, callerphone=THIRD),
    # Of nobody else any more.
    call(8, STARTED, callerphone="79167778899"),
    call(8, STARTED + 60, callerphone=PHONE),
    # Once the person's, now of somebody else.
    call(9, STARTED, callerphone=PHONE),
    call(9, STARTED + 60, callerphone="79169990000"),
    call(10, STARTED, callerphone=OTHER_PHONE),
    call(11, STARTED, callerphone="anonymous"),
    call(12, STARTED, callerphone=PHONE),
    call(12, STARTED + 60, callerphone="anonymous"),
)
OWN = (
    *(("call", number) for number in (1, 2, 4, 5, 6, 8, 12)),
    *(("request", number) for number in (1, 2)),
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> DuckDBPyConnection:
    directory: Path = tmp_path_factory.mktemp("found")
    store = new_store(directory)
    fold_received(store, [Received(STARTED + 100, one) for one in DELIVERIES])
    return store


def ids(found: FoundPerson, lead_type: str) -> list[int]:
    return [number for kind, number in found.leads if kind == lead_type]


@pytest.mark.parametrize("written", [PHONE, "8 (916) 123-45-67", "9161234567", "tel:+79161234567"])
def test_by_a_phone_in_any_spelling(db: DuckDBPyConnection, written: str) -> None:
    assert find(db, phones=[written]).leads == OWN


def test_by_the_id_of_the_phone_and_by_a_lead(db: DuckDBPyConnection) -> None:
    assert find(db, caller_ids=[CALLER_ID]).leads == OWN
    assert find(db, leads=[("call", 2)]).leads == OWN
    assert find(db, leads=[("request", 1)]).leads == OWN


def test_by_an_address_with_all_leads_of_the_phones_that_it_came_with(
    db: DuckDBPyConnection,
) -> None:
    found = find(db, emails=[" ANNA@mail.ru"])
    assert {*OWN, ("request", 3), ("call", 10)} == {*found.leads}


def test_an_address_does_not_lead_to_other_phones(db: DuckDBPyConnection) -> None:
    found = find(db, phones=[PHONE])
    assert found.person.emails == {EMAIL}
    assert OTHER_PHONE not in found.person.phones


def test_what_else_the_leads_hold_is_known(db: DuckDBPyConnection) -> None:
    person = find(db, phones=[PHONE]).person
    assert person.caller_ids == {CALLER_ID}
    assert person.names == {"Анна Петрова"}
    assert person.values == {BROWSER, "92.118.1.77"}


def test_a_former_contact_is_the_persons_unless_it_is_somebody_elses(
    db: DuckDBPyConnection,
) -> None:
    phones = find(db, phones=[PHONE]).person.phones
    assert "79167778899" in phones
    assert THIRD not in phones


@pytest.mark.parametrize(
    "given", [{"phones": ["12"]}, {"phones": ["anonymous"]}, {"emails": ["anna"]}]
)
def test_what_is_no_contact_is_refused(
    db: DuckDBPyConnection, given: dict[str, Iterable[str]]
) -> None:
    with pytest.raises(ValueError, match="no phone or e-mail address"):
        find(db, **given)  # type: ignore[arg-type]


def test_nobody_is_found_of_whom_there_is_no_lead(db: DuckDBPyConnection) -> None:
    found = find(db, phones=["79990000000"])
    assert found.leads == ()
    assert found.person.phones == {"79990000000", "9990000000"}
