"""What the pages should answer, worked out from the tables of the published file with pandas alone.

Nothing of the house is asked: what is unique, moved, recovered or usual is defined here once more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from tests.analytics.reports.rows import records
from tests.jobs.world import NOW

_KEY = ["lead_type", "lead_id"]
_ZONE = str(NOW.tzinfo)
TODAY = NOW.date()
THIS_MONDAY = TODAY - timedelta(TODAY.weekday())
LAST_WEEK = (THIS_MONDAY - timedelta(7), THIS_MONDAY - timedelta(1))
WEEK_BEFORE = (THIS_MONDAY - timedelta(14), THIS_MONDAY - timedelta(8))
THIRTY_DAYS = (TODAY - timedelta(29), TODAY)
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class EventfulLead:
    """`changes`: fields, and what they became, in order."""

    lead_type: str
    lead_id: int
    phone: str
    changes: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Facts:
    published: Path

    def _table(self, name: str, columns: str = "*") -> pd.DataFrame:
        with duckdb.connect(str(self.published), read_only=True) as db:
            db.execute("set timezone = 'UTC'")
            table = db.execute(f"select {columns} from {name}").to_arrow_table()
        return pd.DataFrame(table.to_pandas())

    @cached_property
    def leads(self) -> pd.DataFrame:
        """By local time, on local days."""
        leads = self._table("leads")
        leads["local"] = leads.happened_at.dt.tz_convert(_ZONE)
        leads["on"] = leads.local.dt.date
        return leads

    @cached_property
    def traffic(self) -> pd.DataFrame:
        return self._table("lead_attributions")

    def within(self, days: Days, leads: pd.DataFrame | None = None) -> pd.DataFrame:
        leads = self.leads if leads is None else leads
        return leads[(leads.on >= days[0]) & (leads.on <= days[1])]

    def campaigns_of_yandex(self, medium: str) -> dict[str, tuple[int, int]]:
        """Unique target calls last week and in the week before, by campaign; of model 1 where that
        is known, else of model 0."""
        preferred = self.traffic.sort_values("attribution_model").drop_duplicates(_KEY, keep="last")
        calls = self.leads[self.leads.lead_type == "call"][[*_KEY, "on", "is_unique_target"]]
        of_yandex = preferred[(preferred.source == "yandex") & (preferred.medium == medium)]
        both = calls.merge(of_yandex, on=_KEY)

        def counted(days: Days) -> dict[str, int]:
            those = self.within(days, both).fillna({"utm_campaign": ""})
            return {
                str(campaign): int(rows.is_unique_target.fillna(False).sum())
                for campaign, rows in those.groupby("utm_campaign")
            }

        now, before = counted(LAST_WEEK), counted(WEEK_BEFORE)
        return {name: (count, before.get(name, 0)) for name, count in now.items()}

    def moved(self) -> dict[tuple[str, int], tuple[str, ...]]:
        """The source and medium by the last interaction and by the last non-direct one, of leads of
        which these differ."""
        by_model = self.traffic.sort_values("attribution_model").fillna({"medium": ""})
        by_model["place"] = (by_model.source + " / " + by_model.medium).str.removesuffix(" / ")
        places = by_model.merge(self.within(THIRTY_DAYS)[_KEY], on=_KEY)
        pairs: dict[tuple[str, int], tuple[str, ...]] = {}
        for place in records(places):
            pairs[_id(place)] = (*pairs.get(_id(place), ()), place["place"])
        return {key: pair for key, pair in pairs.items() if len({*pair}) == 2}

    def unique_within(self, days: int) -> int:
        """Leads without an earlier one of the same type, site and number, or e-mail, in so many
        days."""
        number = self.leads.canonical_phone.fillna(self.leads.ct_caller_id.replace("", None))
        repeats: set[tuple[str, int]] = set()
        for client in (number, self.leads.canonical_email):
            told = self.leads.assign(client=client).dropna(subset=["client"])
            told = told.sort_values(["happened_at", "lead_id"])
            gaps = told.groupby(["lead_type", "site_id", "client"]).happened_at.diff()
            again = told[gaps <= timedelta(days)]
            repeats |= {*zip(again.lead_type, again.lead_id, strict=True)}
        asked = self.within(THIRTY_DAYS).dropna(subset=["person"])
        return sum(pair not in repeats for pair in zip(asked.lead_type, asked.lead_id, strict=True))

    def tag_delays(self) -> dict[str, tuple[int, float, float]]:
        """Of each category: how many tags came after their lead, and after how many seconds half
        and nine tenths of them had."""
        begun = {_id(lead): lead["happened_at"] for lead in records(self.within(THIRTY_DAYS))}
        first = self._first_of_tags()
        delays: dict[str, list[float]] = {}
        for tag in records(self._table("lead_tags")):
            at = first.get((*_id(tag), tag["tag_category"], tag["tag"]))
            if at is not None and _id(tag) in begun:
                seconds = (at - begun[_id(tag)]).total_seconds()
                delays.setdefault(tag["tag_category"], []).append(max(0.0, seconds))
        return {
            category: (len(all_of), *pd.Series(all_of).quantile([0.5, 0.9]))
            for category, all_of in delays.items()
        }

    def _first_of_tags(self) -> dict[tuple[Any, ...], datetime | None]:
        """When each tag came; None of one that was there before."""
        changes = self._table("lead_changes").sort_values("changed_at")
        first: dict[tuple[Any, ...], datetime | None] = {}
        for change in records(changes[changes.field.str.startswith("tags_")]):
            old, new = _tags(change["old_value"]), _tags(change["new_value"])
            for tag in old | new:
                place = (*_id(change), change["field"].removeprefix("tags_"), tag)
                first.setdefault(place, None if tag in old else change["changed_at"])
        return first

    def not_called_back(self) -> list[int]:
        """Ids of calls missed in working hours whose clients no later call to the same site has
        reached within a day."""
        calls = self.leads[(self.leads.lead_type == "call") & self.leads.is_ended]
        reached: dict[tuple[int, int], list[datetime]] = {}
        for call in records(calls[calls.status == "successful"]):
            reached.setdefault((call["site_id"], call["person"]), []).append(call["happened_at"])
        return [
            call["lead_id"]
            for call in records(self.within(THIRTY_DAYS, calls[calls.status == "unsuccessful"]))
            if call["is_worktime"]
            and not any(
                timedelta(0) < at - call["happened_at"] <= timedelta(1)
                for at in reached.get((call["site_id"], call["person"]), ())
            )
        ]

    def eventful_lead(self) -> "EventfulLead":
        """That of this month of which the most was changed, and what to."""
        changes = self._table("lead_changes").merge(self.within(THIRTY_DAYS)[_KEY], on=_KEY)
        changes = changes[changes.attribution_model.isna()]
        listed = records(changes.sort_values(["changed_at", "delivery_id", "field"]))
        ((wanted, _),) = Counter(map(_id, listed)).most_common(1)
        (phone,) = (lead["caller_phone"] for lead in records(self.leads) if _id(lead) == wanted)
        own = [(one["field"], one["new_value"]) for one in listed if _id(one) == wanted]
        return EventfulLead(*wanted, phone, own)

    def by_day(self, site: str) -> dict[str, int]:
        leads = self.within(THIRTY_DAYS)
        days = Counter(leads[leads.site_name == site].on)
        return {f"{day}": days[day] for day in (THIRTY_DAYS[0] + timedelta(n) for n in range(30))}

    def usual_at(self, hour: int) -> tuple[int, float, float, float]:
        """Leads of today before this hour, and p10, p50, p90 of the same weekday of eight weeks."""
        begun = self.leads[self.leads.local.dt.hour < hour]
        counts = Counter(begun.on)
        usual = pd.Series([counts[TODAY - timedelta(7 * week)] for week in range(1, 9)])
        low, middle, high = usual.quantile([0.1, 0.5, 0.9])
        return counts[TODAY], low, middle, high

    def by_source(self, day: date) -> Counter[str]:
        """Leads of a day as far as today has come."""
        until = datetime.combine(day, time(NOW.hour, NOW.minute))
        that_day = self.within((day, day))
        that_day = that_day[that_day.local.dt.tz_localize(None) < until]
        return Counter(that_day.source.fillna("не указано"))

    def known_by(self, instant: datetime) -> tuple[int, int, int]:
        """Of the leads of last week: how many were known then, are known now, and of these came
        from the API alone."""
        leads = self.within(LAST_WEEK)
        later = leads[leads.first_received_at > instant]
        deliveries = self._table("deliveries", ", ".join([*_KEY, "origin", "received_at"]))
        first = deliveries.sort_values("received_at").drop_duplicates(_KEY)
        restored = later[_KEY].merge(first[first.origin == "api"], on=_KEY)
        return len(leads) - len(later), len(leads), len(restored)

    def changed_after(self, instant: datetime) -> Counter[str]:
        """How many leads of last week that were known have had other tags or another manager set
        since, by field."""
        changes = self._table("lead_changes")
        deliveries = self._table("deliveries", "delivery_id, received_at")
        later = changes.merge(deliveries, on="delivery_id")
        known = self.within(LAST_WEEK)
        known = known[known.first_received_at <= instant]
        touched = later[later.received_at > instant].merge(known[_KEY], on=_KEY)
        return Counter(touched.drop_duplicates([*_KEY, "field"]).field)


def _id(row: dict[str, Any]) -> tuple[str, int]:
    return row["lead_type"], row["lead_id"]


def _tags(written: object) -> set[str]:
    return {tag.strip() for tag in written.split(",")} if isinstance(written, str) else set()
