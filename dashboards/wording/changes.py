"""How a number has changed, in words: by how much, whether for the better, whether by chance."""

from dataclasses import dataclass
from typing import Literal

from analytics.chance import Box, Share, counts_differ, medians_differ, shares_differ
from dashboards.wording.formats import Formats
from dashboards.wording.rates import change, part_text, share

Direction = Literal["up", "down", ""]
"""Where better lies; nowhere for what is neither good nor bad."""
Verdict = Literal["better", "worse", "changed", "chance", "same", "unjudged"]

DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(
        (
            "site.leads",
            "site.calls",
            "site.requests",
            "site.total",
            "overview.leads",
            "overview.unique",
            "overview.unique_short",
            "overview.target",
            "overview.target_short",
            "overview.unique_target",
            "overview.target_rate",
            "attribution.unique_target",
            "managers.answered",
            "managers.answer_rate",
            "managers.target",
            "models.rate_0",
            "models.rate_1",
            "tags.target_rate",
            "uniqueness.unique",
            "uniqueness.unique_share",
            "callback.reached",
            "callback.reached_share",
            "callback.of_first",
            "callback.of_before",
            "quality.metric_volume",
            "quality.answered",
            "managers.rating",
            "quality.recovered",
            "quality.sla",
            "spam.clean",
        ),
        "up",
    ),
    **dict.fromkeys(
        (
            "overview.missed",
            "managers.missed",
            "managers.waiting",
            "quality.metric_missed",
            "quality.metric_waiting",
            "quality.missed",
            "quality.missed_rate",
            "quality.missed_worktime",
            "quality.lost",
            "quality.waits",
            "spam.junk",
            "spam.junk_rate",
            "spam.marked",
            "spam.antifraud",
            "deliveries.quarantined",
            "deliveries.late",
            "deliveries.duplicates",
            "deliveries.lag_p50",
            "deliveries.lag_p95",
            "deliveries.lost",
        ),
        "down",
    ),
    **dict.fromkeys(
        (
            "attribution.share",
            "callback.chains",
            "callback.closed",
            "changes.of_all",
            "changes.such_leads",
            "deliveries.created",
            "deliveries.lag_known",
            "deliveries.of_calls",
            "deliveries.of_requests",
            "deliveries.others",
            "deliveries.probes",
            "deliveries.received",
            "deliveries.unchanged",
            "deliveries.updated",
            "managers.ended",
            "managers.talk",
            "managers.talks",
            "models.both_models",
            "models.moved",
            "models.only_model_0",
            "models.only_model_1",
            "models.rescued",
            "models.short_0",
            "models.short_1",
            "quality.pending",
            "quality.talk",
            "tags.both",
            "tags.from_the_start",
            "tags.later",
            "tags.lift",
            "tags.of_either",
            "tags.p50",
            "tags.p90",
            "tags.set",
            "tags.share",
            "uniqueness.agreement",
            "uniqueness.calltouch_share",
            "uniqueness.repeat",
            "uniqueness.repeats_share",
        ),
        "",
    ),
}
"""Where better lies, by the key of a number's title."""


_SAME = "="


@dataclass(frozen=True, slots=True)
class Change:
    """`text`: by how much; `why`: from what, and what to think of it. `before`: what it was, `was`
    in words."""

    text: str
    why: str
    verdict: Verdict
    before: float
    was: str


@dataclass(frozen=True, slots=True)
class ChangeWording:
    """Writes the changes of one number. `direction`: where better lies."""

    formats: Formats
    direction: Direction = ""

    def count(self, now: float, before: float) -> Change:
        """In percent; with fewer than 20 before, in numbers."""
        texts, was = self.formats.texts, self.formats.number(before)
        if now == before:
            return self._change(_SAME, before, was, 0, differs=False)
        growth = change(int(now), int(before))
        if growth is not None:
            text = self.formats.change(growth)
        else:
            text = texts("change.few", change=self._signed(now - before), before=was)
        return self._change(text, before, was, now - before, counts_differ(now, before))

    def share(self, now: Share, before: Share) -> Change | None:
        """In percentage points; what is too little for a percentage, in numbers. None where nothing
        is known of one of the two."""
        texts, formats = self.formats.texts, self.formats
        if not now[1] or not before[1]:
            return None
        was, rate = part_text(*before, formats), before[0] / before[1]
        if now == before:
            return self._change(_SAME, rate, was, 0, differs=False)
        differs, growth = shares_differ(now, before), now[0] / now[1] - rate
        if share(*now) is None or share(*before) is None:
            return self._change(texts("change.was", before=was), rate, was, growth, differs)
        points = texts("change.points", number=self._signed(growth * 100, 1))
        was = f"{formats.percent(rate)} ({was})"
        return self._change(points, rate, was, round(growth, 3) and growth, differs)

    def seconds(self, now: float | None, before: float | None) -> Change | None:
        """None where one of the two is not known."""
        if now is None or before is None:
            return None
        growth, formats = round(now) - round(before), self.formats
        text = f"{'+' if growth > 0 else ''}{formats.seconds(growth)}"
        return self._change(text, before, formats.seconds(before), growth)

    def median(self, now: Box | None, before: Box | None) -> Change | None:
        """Of seconds. None where one of the two is not known."""
        if now is None or before is None:
            return None
        growth, formats = round(now.median) - round(before.median), self.formats
        text = f"{'+' if growth > 0 else ''}{formats.seconds(growth)}"
        was, differs = formats.seconds(before.median), medians_differ(now, before)
        return self._change(text, before.median, was, growth, differs)

    def average(self, now: float | None, before: float | None, decimals: int) -> Change | None:
        """Of a mean or another number that is no count."""
        if now is None or before is None:
            return None
        growth = round(now, decimals) - round(before, decimals)
        was = self.formats.number(before, decimals)
        return self._change(self._signed(growth, decimals), before, was, growth)

    def _signed(self, number: float, decimals: int = 0) -> str:
        whole = round(number, decimals) + 0.0
        return f"{'+' if whole > 0 else ''}{self.formats.number(whole, decimals)}"

    def _change(
        self, text: str, before: float, was: str, growth: float, differs: bool | None = None
    ) -> Change:
        """`differs`: whether it is more than chance; None: that cannot be told."""
        verdict, texts = self._verdict(growth, differs), self.formats.texts
        why = texts("change.why", before=was, verdict=texts(f"change.{verdict}"))
        return Change(text, why, verdict, before, was)

    def _verdict(self, growth: float, differs: bool | None) -> Verdict:
        if not growth:
            return "same"
        if differs is None:
            return "unjudged"
        if not differs:
            return "chance"
        if not self.direction:
            return "changed"
        return "better" if (growth > 0) == (self.direction == "up") else "worse"


def wording_of(title: object, formats: Formats) -> ChangeWording:
    """`title`: the key of the number's title."""
    return ChangeWording(formats, DIRECTIONS.get(title, "") if isinstance(title, str) else "")
