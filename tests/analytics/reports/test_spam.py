"""The reports of spam and antifraud, against plain Python over the leads that pandas leaves."""

from collections import Counter, defaultdict
from collections.abc import Container
from hashlib import md5
from typing import Any

from analytics.reports.filters import Filters
from tests.analytics.reports.calls import Lead
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.people import phone as phone_of
from tests.analytics.reports.rows import by_nulls_last, rate, same, start_of, starts
from tests.analytics.reports.world import World

Key = tuple[str, int]


def antifraud(world: World) -> dict[Key, set[str]]:
    found: dict[Key, set[str]] = defaultdict(set)
    for row in world.rows("lead_tags"):
        if row["tag_category"] == "auto_af":
            found[row["lead_type"], row["lead_id"]].add(row["tag"])
    return found


def key(lead: Lead) -> Key:
    return lead["lead_type"], lead["lead_id"]


def counts(leads: list[Lead], tagged: Container[Key]) -> tuple[Any, ...]:
    is_tagged = [key(lead) in tagged for lead in leads]
    flags = [lead["is_spam"] for lead in leads]
    junk = sum(flag is True or tag for flag, tag in zip(flags, is_tagged, strict=True))
    known = sum(flag is not None or tag for flag, tag in zip(flags, is_tagged, strict=True))
    spam = (flags.count(True), len(flags) - flags.count(None))
    return (len(leads), *spam, sum(is_tagged), junk, known, rate(junk, known))


def test_spam_is_told_by_source(world: World, ten_filters: list[Filters]) -> None:
    columns = "source medium leads spam spam_known antifraud junk junk_known junk_rate"
    tagged = antifraud(world)
    for filters in ten_filters:
        pairs: dict[tuple[str | None, str | None], list[Lead]] = defaultdict(list)
        for lead in leads_of(world, filters):
            pairs[lead["source"], lead["medium"]].append(lead)
        rows = [(*pair, *counts(leads, tagged)) for pair, leads in pairs.items()]
        rows.sort(key=lambda row: (-row[6], -row[2], by_nulls_last(*row[:2])))
        assert same(world.ask("spam", filters), columns, rows)
    everything = world.ask("spam", ten_filters[0]).records()
    spam, tags, junk = (sum(r[name] for r in everything) for name in ("spam", "antifraud", "junk"))
    assert max(spam, tags) < junk < spam + tags


def test_spam_totals_are_those_of_all_leads_and_what_is_clean(
    world: World, ten_filters: list[Filters]
) -> None:
    columns = "leads spam spam_known antifraud junk junk_known junk_rate clean"
    tagged = antifraud(world)
    for filters in ten_filters:
        leads = leads_of(world, filters)
        clean = sum(lead["is_spam"] is not True and key(lead) not in tagged for lead in leads)
        assert same(world.ask("spam_totals", filters), columns, [(*counts(leads, tagged), clean)])


def test_spam_over_time_has_every_unit(world: World, ten_filters: list[Filters]) -> None:
    columns = "starts_on leads spam spam_known antifraud junk junk_known junk_rate"
    tagged = antifraud(world)
    for filters in ten_filters:
        for unit in ("day", "month"):
            found: dict[object, list[Lead]] = defaultdict(list)
            for lead in leads_of(world, filters):
                found[start_of(unit, lead["day"])].append(lead)
            units = starts(unit, filters.first, filters.last)
            rows = [(start, *counts(found[start], tagged)) for start in units]
            assert same(world.ask("spam_over_time", filters, unit=unit), columns, rows)


def test_spam_tags_are_those_of_the_most_tagged_sources(
    world: World, ten_filters: list[Filters]
) -> None:
    tagged = antifraud(world)
    for filters in ten_filters:
        by_source = Counter[str | None]()
        pairs = Counter[tuple[str | None, str]]()
        for lead in leads_of(world, filters):
            tags = tagged.get(key(lead), set())
            by_source[lead["source"]] += bool(tags)
            pairs.update((lead["source"], tag) for tag in tags)
        order = sorted(by_source, key=lambda one: (-by_source[one], by_nulls_last(one)))[:2]
        rows = [(*pair, leads, by_source[pair[0]]) for pair, leads in pairs.items()]
        rows = [row for row in rows if row[0] in order]
        rows.sort(key=lambda row: (-row[3], by_nulls_last(row[0]), -row[2], row[1]))
        assert same(world.ask("spam_tags", filters, top=2), "source tag leads tagged", rows)


def test_repeat_numbers_call_the_most(world: World, ten_filters: list[Filters]) -> None:
    columns = "caller_phone leads spam first_day last_day sources in_all"
    for filters in ten_filters:
        phones: dict[str | None, list[Lead]] = defaultdict(list)
        for lead in leads_of(world, filters):
            phones[phone_of(lead)].append(lead)
        rows = []
        for phone, leads in phones.items():
            if phone and len(leads) > 1:
                days = sorted(lead["day"] for lead in leads)
                sources = ", ".join(sorted({lead["source"] for lead in leads if lead["source"]}))
                spam = sum(lead["is_spam"] is True for lead in leads)
                rows.append((phone, len(leads), spam, days[0], days[-1], sources or None))
        rows.sort(key=lambda row: (-row[1], md5(row[0].encode()).hexdigest()))
        counted = [(*row, len(rows)) for row in rows]
        assert same(world.ask("repeat_numbers", filters, top=20), columns, counted[:20])
        assert same(world.ask("repeat_numbers", filters), columns, counted)
