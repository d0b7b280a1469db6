"""What a copy of the tree makes of parameters that were added to it, as JSON. Run by
test_add_a_parameter.py in that copy."""

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from analytics.published_file import Published, PublishedFile
from dashboards.access.roles import Role
from receiver.calltouch_api.records import call_params, request_params
from receiver.decode import decode
from tests.analytics.fold.folding import fold_into, new_store, tables_of
from tests.analytics.fold.plain_fold import Sent, plain_fold
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call, request

CALL = {"callTopic": "Окна", "adGroup": "осень", "tags_mood": "Рад"}
REQUEST = {"formSeconds": "65", "isInsured": "insured", "adGroup": "весна"}
CHANGED = {"callTopic": "Двери, 8 916 123-45-67", "formSeconds": "70"}
_FORM = "application/x-www-form-urlencoded"


def deliveries() -> list[Delivered]:
    """One call and one request in two deliveries each, as they arrive, the second with changes."""
    sent = []
    for minutes, changed in ((0, {}), (5, CHANGED)):
        stamp = {"sendingTimestamp": str(int(NOW.timestamp()) + 60 * minutes)}
        if changed:
            stamp["changedFields"] = ",".join(changed)
        for params in (call(1, NOW, **CALL), request(1, NOW, **REQUEST)):
            body = urlencode(params | {n: v for n, v in changed.items() if n in params} | stamp)
            decoded = decode(b"", body.encode(), _FORM, {})
            sent.append(Delivered(NOW + timedelta(minutes=minutes), decoded.params))
    return sent


def without() -> list[Delivered]:
    """So many calls and requests that the auditor misses what they lack."""
    calls = [Delivered(NOW, call(number, NOW)) for number in range(101, 131)]
    return calls + [Delivered(NOW, request(number, NOW)) for number in range(101, 131)]


def stored(place: Place) -> dict[str, Any]:
    with Published(PublishedFile(place.published)).reading() as db:
        described = db.execute(
            """select table_name, column_name, data_type, comment from duckdb_columns()
            where schema_name = 'main' and column_name in
            ('call_topic', 'form_seconds', 'is_insured', 'ad_group')"""
        ).fetchall()
        leads = "select lead_type, call_topic, form_seconds, is_insured, ad_group, extra from leads"
        changes = "select field, old_value, new_value, is_declared from lead_changes"
        return {
            "columns": {f"{table}.{name}": [kind, text] for table, name, kind, text in described},
            "leads": db.execute(f"{leads} order by lead_type").fetchall(),
            "attributions": db.execute("select ad_group from lead_attributions").fetchall(),
            "tags": db.execute("select tag_category, tag from lead_tags").fetchall(),
            "changes": db.execute(f"{changes} order by field").fetchall(),
        }


def shown(place: Place) -> dict[str, Any]:
    viewer, admin = place.client(role=Role.VIEWER), place.client()
    report = "/api/reports/lead_card?lead_type=call&lead_id=1"
    return {
        "viewer": viewer.get(report).get_json()["rows"][0]["call_topic"],
        "admin": admin.get(report).get_json()["rows"][0]["call_topic"],
        "cards": {
            f"{kind} {language}": admin.get(f"/leads/{kind}/1?lang={language}").text
            for kind in ("call", "request")
            for language in ("ru", "en")
        },
    }


def audited(place: Place) -> dict[str, list[str]]:
    rows = place.client().get("/api/reports/auditor?period=all").get_json()["rows"]
    return {
        row["parameter"]: [row["severity"], row["lead_type"]]
        for row in rows
        if row["finding"] == "parameter_off"
    }


def agrees_with_the_plain_fold(directory: Path) -> bool:
    sent = [Sent(number, one.received_at, one.params) for number, one in enumerate(deliveries(), 1)]
    # A start says nothing of what it cannot know, and the API nothing of what it does not have.
    start = sent[0].params | {"callphase": "callconnected"}
    sent.append(replace(sent[0], delivery_id=5, params=start))
    sent.append(replace(sent[2], delivery_id=6, origin="api"))
    with new_store(directory) as db:
        fold_into(db, [sent])
        folded, plain = tables_of(db), plain_fold(sent)
    return all(rows == plain[name] for name, rows in folded.items())


def main(directory: Path) -> None:
    place, other = Place(directory / "place"), Place(directory / "other")
    for one in (place, other):
        one.directory.mkdir()
    place.add(deliveries())
    other.add(without())
    told = {
        **stored(place),
        **shown(place),
        "audited": audited(other),
        "is_same": agrees_with_the_plain_fold(directory),
        "api": [call_params({"topic": "Окна"}), request_params({"secondsInForm": "65"})],
    }
    json.dump(told, sys.stdout, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
