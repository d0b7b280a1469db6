"""What leaves PostgreSQL: only what the archive has, after its days, or with a person."""

from dataclasses import replace
from typing import Any

import pytest

from calltouch.cli import main
from calltouch.doctor import parcels
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrders, WhomToErase
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.shipping.keeping import ParcelKeeping, kept_days, kept_flow_days
from receiver.shipping.ledger import session, statement
from receiver.shipping.taker import Taker
from tests.receiver.backup.installation import deliver
from tests.receiver.deliveries import call, put
from tests.receiver.shipping.hosts import Hosts

KEPT = "select host, number from shipping.parcels order by place"
PHONE = "79990001122"


def tidied(hosts: Hosts) -> int:
    settings = hosts.settings("center")
    place = hosts.place("center")
    taker = Taker(place, ErasedLeads.of(settings))
    with session(settings, "test") as db:
        taker.begin(db)
        count = ParcelKeeping(settings, ErasureLog(place.erasures)).tidy(db, taker)
    taker.close()
    return count


def grow_old(hosts: Hosts) -> None:
    hosts.change("update shipping.parcels set taken_at = taken_at - interval '4 days'")


def ship(hosts: Hosts, lead_id: int, callerphone: str = "", comment: str = "") -> None:
    settings = hosts.settings("anna")
    settings.data_dir.mkdir(exist_ok=True)
    put(settings, [call(lead_id, callerphone=callerphone, comment=comment)])
    hosts.ship("anna")


def test_what_is_archived_goes_after_its_days(hosts: Hosts) -> None:
    ship(hosts, 1)
    hosts.take()
    hosts.digest()
    assert tidied(hosts) == 0
    grow_old(hosts)
    assert tidied(hosts) == 1
    assert hosts.ask(KEPT) == []


@pytest.mark.parametrize("name", ["to_delete", "states"])
def test_what_is_kept_or_waits_is_not_looked_at(hosts: Hosts, name: str) -> None:
    """There may be millions of it, and it is asked again and again."""
    bound = {"days": 3, "flow_days": 3, "after": 0, "aged": 1, "cleared": 0, "through": 5_000}
    with session(hosts.settings("center"), "test") as db:
        db.execute("insert into shipping.hosts values ('anna', gen_random_uuid())")
        db.execute(
            """insert into shipping.parcels
                (host, number, segment, first, last, content, place, taken_at)
            select 'anna', n, 'one', n, n + 1, repeat('x', 1000)::bytea,
                case when %(is_taken)s then n end, case when %(is_taken)s then now() end
            from generate_series(1, 3000) as n""",
            {"is_taken": name == "to_delete"},
        )
        db.execute("analyze shipping.parcels")
        explained = b"explain (analyze, format json) " + statement(name)
        ((found,),) = db.execute(explained, bound).fetchall()
    assert most_rows(found[0]["Plan"]) < 100  # type: ignore[index]


def most_rows(plan: dict[str, Any]) -> int:
    """That a part of it has looked at."""
    here: int = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return max([here, *map(most_rows, plan.get("Plans", []))])


def test_what_is_not_archived_stays(hosts: Hosts) -> None:
    ship(hosts, 1)
    hosts.take()
    grow_old(hosts)
    assert tidied(hosts) == 0
    assert hosts.ask(KEPT) == [("anna", 1)]


def test_what_is_not_taken_stays(hosts: Hosts) -> None:
    ship(hosts, 1)
    hosts.take()
    hosts.digest()
    ship(hosts, 2)
    hosts.change("update shipping.parcels set taken_at = now() - interval '9 days', place = number")
    assert tidied(hosts) == 1
    assert hosts.ask(KEPT) == [("anna", 2)]


@pytest.mark.parametrize(("kept", "raw", "days"), [(3, 0, 3), (3, 1, 1), (30, 60, 30), (30, 7, 7)])
def test_nothing_is_kept_longer_here_than_elsewhere(
    hosts: Hosts, kept: int, raw: int, days: int
) -> None:
    settings = replace(hosts.settings("center"), parcels_kept=kept, keep_raw_days=raw)
    assert kept_days(settings) == days


def flow_parcel(hosts: Hosts) -> None:
    place = hosts.place("anna")
    place.flows.mkdir(parents=True, exist_ok=True)
    deliver(place, f"phone={PHONE}")
    hosts.ship("anna")


def test_what_flows_were_sent_goes_after_its_days_or_with_a_person(hosts: Hosts) -> None:
    """Whether or not flows have taken it in: it is here, and there is no archive of it."""
    ship(hosts, 1, callerphone=PHONE)
    flow_parcel(hosts)
    hosts.take()
    hosts.digest()
    assert tidied(hosts) == 0
    grow_old(hosts)
    assert tidied(hosts) == 2
    flow_parcel(hosts)
    hosts.take()
    assert holds_phone(hosts)
    for taken_in in hosts.place("center").flows_inbox.glob("*.seg"):
        taken_in.unlink()
    erase(hosts)
    tidied(hosts)
    assert not holds_phone(hosts)


@pytest.mark.parametrize(("bodies", "days"), [(0, 0), (1, 1), (30, 3)])
def test_bodies_of_flows_are_kept_no_longer_here(hosts: Hosts, bodies: int, days: int) -> None:
    settings = replace(hosts.settings("center"), flow_body_days=bodies)
    assert (kept_flow_days(settings), kept_days(settings)) == (days, 3)


def erase(hosts: Hosts) -> None:
    """As digest does at the order of `calltouch erase`."""
    whom = WhomToErase(phones=(PHONE,))
    ErasureOrders(hosts.place("center").orders).place(whom, "anna", 1)
    hosts.digest()
    assert [one.ended_at for one in ErasureLog(hosts.place("center").erasures).erasures()] != []


def holds_phone(hosts: Hosts) -> bool:
    found = f"select count(*) from shipping.parcels where position('{PHONE}'::bytea in content) > 0"
    return hosts.ask(found) != [(0,)]


def test_an_erased_person_is_in_no_parcel(hosts: Hosts) -> None:
    ship(hosts, 1, callerphone=PHONE)
    ship(hosts, 2, callerphone="79990003344")
    hosts.take()
    hosts.digest()
    assert holds_phone(hosts)
    erase(hosts)
    ship(hosts, 3)
    hosts.take()
    tidied(hosts)
    assert not holds_phone(hosts)
    # A parcel that is not archived might have been somebody's.
    assert erasures_said(hosts) == ["1 not ended in PostgreSQL yet"]
    hosts.digest()
    tidied(hosts)
    assert erasures_said(hosts) == []


def erasures_said(hosts: Hosts) -> list[str]:
    """By `calltouch doctor`, which does not need PostgreSQL for it."""
    found = [one for check in parcels.CHECKS for one in check(hosts.settings("center"))]
    return [one.text.partition(":")[0] for one in found if one.check == "erasures"]


def test_what_is_handed_over_when_somebody_is_erased_is_taken_before(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(hosts, 1, callerphone=PHONE)
    hosts.take()
    hosts.digest()
    ship(hosts, 2, callerphone=PHONE)
    monkeypatch.chdir(hosts.root)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(hosts.place("center").root))
    monkeypatch.setenv("CALLTOUCH_PARCELS", hosts.database)
    assert main(["erase", "--phone", PHONE, "--yes"]) == 0
    tidied(hosts)
    assert not holds_phone(hosts)
    assert hosts.lead_ids() == [1, 2]
    assert PHONE.encode() not in (hosts.place("center").published).read_bytes()


def test_what_comes_of_an_erased_lead_goes_when_it_is_archived(hosts: Hosts) -> None:
    ship(hosts, 1, callerphone=PHONE)
    hosts.take()
    hosts.digest()
    erase(hosts)
    tidied(hosts)
    ship(hosts, 1, callerphone=PHONE, comment="later")
    ship(hosts, 3)
    hosts.take()
    assert tidied(hosts) == 0
    hosts.digest()
    assert tidied(hosts) == 1
    assert hosts.ask(KEPT) == [("anna", 3)]
    assert PHONE.encode() not in (hosts.place("center").published).read_bytes()
