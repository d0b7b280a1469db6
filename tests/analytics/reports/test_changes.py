"""The reports of /changes against what the tables say, lead by lead."""

from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.test_uniqueness import key, moment
from tests.analytics.reports.world import LAST_DAY, NOW, ZONE, World

DAY = timedelta(days=1)


def by_lead(rows: list[dict[str, Any]]) -> dict[Any, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def test_what_came_late_is_counted(world: World, ten_filters: list[Filters]) -> None:
    deliveries, changes = by_lead(world.rows("deliveries")), by_lead(world.rows("lead_changes"))
    names = ("leads", "from_api", "late_leads", "late_tags", "late_spam", "late_models")
    seen: Counter[str] = Counter()
    for filters in ten_filters:
        counted = dict.fromkeys(names, 0)
        for lead in leads_of(world, filters):
            began, told = moment(lead), deliveries[key(lead)]
            late = [c["field"] for c in changes[key(lead)] if c["changed_at"] > began + DAY]
            first: dict[Any, Any] = {}
            for told_at, model in sorted(
                (d["received_at"], d["attribution_model"] or 0) for d in told
            ):
                first.setdefault(model, told_at)
            counted["leads"] += 1
            counted["from_api"] += all(d["origin"] == "api" for d in told)
            counted["late_leads"] += lead["first_received_at"] > began + DAY
            counted["late_tags"] += any(field.startswith("tags_") for field in late)
            counted["late_spam"] += "spam" in late
            counted["late_models"] += len(first) == 2 and max(first.values()) > began + DAY
        (answer,) = world.ask("data_changes", filters).records()
        assert {name: answer[name] for name in names} == counted
        seen += Counter(counted)
    assert seen["late_tags"]


def test_the_api_alone_and_a_second_more_than_a_day(tmp_path: Path) -> None:
    began = NOW - timedelta(5)
    told = [
        # By the API alone, twice; by both; a request with the id of the first one, by a webhook.
        ("api", "1", 0, {}),
        ("api", "1", 60, {}),
        ("api", "2", 0, {}),
        ("webhook", "2", 60, {}),
        ("webhook", "1", 0, {"leadtype": "request", "requestId": "1"}),
        # A day later to the second is not late yet.
        ("webhook", "3", 0, {}),
        ("webhook", "3", 86_400, {"tags_manual": "VIP", "spam": "true"}),
        ("webhook", "4", 0, {}),
        ("webhook", "4", 86_401, {"tags_manual": "VIP"}),
        ("webhook", "5", 0, {}),
        ("webhook", "5", 86_401, {"spam": "true"}),
        ("webhook", "6", 0, {}),
        ("webhook", "6", 86_401, {"manager": "Ann"}),
        # The second model came late and says nothing of the traffic.
        ("webhook", "7", 0, {"attribution": "0", "utmSource": "yandex"}),
        ("webhook", "7", 86_401, {"attribution": "1"}),
    ]
    deliveries = []
    for number, (origin, lead_id, seconds, params) in enumerate(told, 1):
        sent_at = began + timedelta(seconds=seconds)
        stamps = {"timestamp": began, "sendingTimestamp": sent_at}
        known = {"leadtype": "call", "id": lead_id} | params
        known |= {name: f"{at.timestamp():.0f}" for name, at in stamps.items()}
        deliveries.append(Sent(number, sent_at, known, origin=origin))
    with new_store(tmp_path) as db:
        fold_into(db, [deliveries])
        asked = Question.about(
            "data_changes", Filters(LAST_DAY - timedelta(9), LAST_DAY), ZONE, NOW
        )
        (answer,) = ask(db, asked).records()
    names = ("leads", "from_api", "late_leads", "late_tags", "late_spam", "late_models")
    assert [answer[name] for name in names] == [8, 1, 0, 1, 1, 1]


def test_tags_of_a_lead_are_in_order(world: World, ten_filters: list[Filters]) -> None:
    tags = by_lead(
        sorted(world.rows("lead_tags"), key=lambda row: (row["tag_category"], row["tag"]))
    )
    for filters in ten_filters:
        sets = Counter(
            ", ".join(row["tag"] for row in tags[key(lead)]) or None
            for lead in leads_of(world, filters)
        )
        rows = world.ask("attribution", filters, ("tag_set",)).records()
        assert {row["tag_set"]: row["leads"] for row in rows} == sets
