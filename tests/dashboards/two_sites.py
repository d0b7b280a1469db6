"""A store with the leads of two sites, and one that holds the leads of some rights alone.

What is of the other site is unmistakable in every column: names and contacts as `planted` has them,
ids of its own, and its name.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.calendar.definition import read_calendar
from analytics.calendar.table import replace_calendar
from analytics.fold import DECODED, fold
from analytics.publish.publisher import publish
from analytics.restricted.rights import LeadRights
from analytics.store import StoreFingerprint, open_store, transaction
from tests.analytics.reports.flow_history import add_history
from tests.dashboards.leads import NOW, Delivered, call, row, some_months
from tests.dashboards.planted import planted, secrets_in

OWN, OTHER = 11, 980_011
OWN_NAME, OTHER_NAME = "Свой сайт", "Чужедальний"
MANAGERS = ("Анна Своя", "Борис Второй")
OTHER_IDS = 770_000_000
"""What is added to the id of a lead of the other site."""
SHARED_PHONE = "79035550101"
"""Of somebody who has called both sites."""
CALLED_BOTH = 8
OF_OWN = LeadRights(frozenset({OWN}))
OF_ANNA = LeadRights(manager=MANAGERS[0])
_FOREIGN = re.compile(rf"чужедальн|{OTHER}|77000\d{{4}}|чужая ссылка")


def foreign_in(text: str) -> set[str]:
    """What of the other site can be read in a text, in whatever way it is encoded."""
    found = _FOREIGN.findall(text.casefold())
    escaped = re.sub(r"\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), text)
    return {*found, *_FOREIGN.findall(escaped.casefold()), *secrets_in(text)}


@dataclass(frozen=True, slots=True)
class SiteDelivery:
    """`of`: the rights that cover it; None of what is of no lead."""

    delivered: Delivered
    site: int | None = None
    manager: str | None = None

    def is_of(self, rights: LeadRights) -> bool:
        if self.site is None:
            return not rights.is_limited
        is_of_site = rights.sites is None or self.site in rights.sites
        return is_of_site and rights.manager in (None, self.manager)


def make_two_sites(directory: Path, rights: LeadRights) -> None:
    """All of it, or only what these rights cover: each delivery under the same number."""
    store = directory / "store.duckdb"
    db = open_store(store, StoreFingerprint("Europe/Moscow", "tests"))
    rows = [
        row(number, one.delivered) | {"params": json.dumps(one.delivered.params)}
        for number, one in enumerate(_deliveries(), 1)
        if one.is_of(rights)
    ]
    with transaction(db):
        fold(db, pa.Table.from_pylist(rows, schema=DECODED))
    replace_calendar(db, read_calendar(""), NOW.year)
    _add_operations(db, rights)
    _add_reconciliation(db, rights)
    publish(db, store, directory / "calltouch.duckdb", "test")
    db.close()


def _deliveries() -> list[SiteDelivery]:
    chance = random.Random(3)
    own = [_own(one, chance) for one in some_months(90, 60)]
    foreign = [_foreign(one) for one in planted()]
    met = call(OTHER_IDS + 900, NOW - timedelta(days=1), callerphone=SHARED_PHONE)
    both = SiteDelivery(Delivered(NOW - timedelta(days=1), met | _of_other(met)), OTHER, "Ольга")
    last = call(CALLED_BOTH + 5_000, NOW - timedelta(minutes=2), **_of_own(CALLED_BOTH))
    latest = SiteDelivery(Delivered(NOW, last), OWN, MANAGERS[CALLED_BOTH % 2])
    every = [*own, *foreign, both, latest]
    return sorted(every, key=lambda one: one.delivered.received_at)


def _own(one: Delivered, chance: random.Random) -> SiteDelivery:
    written = one.params.get("id") or one.params.get("requestId") or ""
    if not written or one.params.get("leadtype") == "letter":
        return SiteDelivery(one)
    number = int(written)
    phase = one.params.get("callphase")
    ended = {"status": chance.choice(("successful", "unsuccessful")), "duration": "60"}
    ended |= {"waiting_time": f"{chance.randrange(5, 90)}"}
    params = one.params | _of_own(number) | (ended if phase == "calldisconnected" else {})
    return SiteDelivery(
        Delivered(one.received_at, params, one.problems, one.is_empty, one.origin),
        OWN,
        MANAGERS[number % 2],
    )


def _of_own(number: int) -> dict[str, Any]:
    phone = SHARED_PHONE if number == CALLED_BOTH else f"7495000{number // 3:04}"
    return {
        "siteId": f"{OWN}",
        "siteName": OWN_NAME,
        "manager": MANAGERS[number % 2],
        "callerphone": phone,
        "fio": f"Клиент {number}",
        "tags_manual": f"горячий,{'свой' if number % 3 else 'повтор'}",
        "utm_source": f"ads{number % 4}",
        "utm_campaign": f"весна{number % 5}",
        "attribution": f"{number % 2}",
        "unique": "true" if number % 4 else "false",
        "spam": "true" if number % 11 == 0 else "false",
        "city": f"Город {number % 3}",
        "ctCallerId": f"caller{number // 3}",
        "comment": [{"party": MANAGERS[number % 2], "comment": f"перезвонить {number}"}],
        "text": [{"channel": "client", "phrase": f"алло {number}"}],
        "add_url_params": [{"name": "x", "value": f"{number}"}],
        "reclink": "https://records.calltouch.ru/?own",
    }


def _foreign(one: Delivered) -> SiteDelivery:
    written = one.params.get("id") or one.params.get("requestId") or ""
    if not written.isdigit():
        return SiteDelivery(one)
    name = "id" if "id" in one.params else "requestId"
    params = one.params | _of_other(one.params) | {name: f"{OTHER_IDS + int(written)}"}
    params |= {"manager": "Ольга", "reclink": "https://records.calltouch.ru/?чужая ссылка"}
    return SiteDelivery(
        Delivered(one.received_at, params, one.problems, one.is_empty), OTHER, "Ольга"
    )


def _of_other(params: dict[str, Any]) -> dict[str, Any]:
    tagged = f"{OTHER_NAME} {params.get('tags_manual', '')}"
    return {"siteId": f"{OTHER}", "siteName": OTHER_NAME, "tags_manual": tagged}


def _add_operations(db: DuckDBPyConnection, rights: LeadRights) -> None:
    of_leads = ((1, "call", OTHER_IDS + 2), (2, "call", CALLED_BOTH + 5_000), (3, None, None))
    covered = {2} if rights.is_limited else {1, 2, 3}
    operations = [
        {"operation_id": number, "received_at": NOW, "lead_type": kind, "lead_id": lead_id}
        for number, kind, lead_id in of_leads
        if number in covered
    ]
    attempts = [
        {"operation_id": one["operation_id"], "begun_at": NOW, "reason": f"r{one['lead_id']}"}
        for one in operations
    ]
    add_history(db, operations, attempts)


def _add_reconciliation(db: DuckDBPyConnection, rights: LeadRights) -> None:
    day = NOW.date() - timedelta(days=2)
    sites: Sequence[int] = (OWN, OTHER)
    for site in sites:
        if rights.is_limited and (rights.manager or site != OWN):
            continue
        lead_id = 4_000 if site == OWN else OTHER_IDS + 4_000
        counts = [9, 8, 0, 1, 1, 1] if site == OWN else [77000, 77000, 0, 77000, 77000, 7]
        db.execute(
            "insert into reconciliation values (?, ?, 'call', ?, ?, ?, ?, ?, ?, ?)",
            [day, site, *counts, NOW],
        )
        db.execute(
            "insert into reconciliation_differences values "
            "(?, ?, 'call', ?, 'lost', null, null, null, ?, 'resend')",
            [day, site, lead_id, f"{lead_id}"],
        )
        db.execute(
            "insert into reconciliation_unread values (?, ?, 'call', 'unread', ?, ?)",
            [day, site, f"{lead_id}", lead_id],
        )
