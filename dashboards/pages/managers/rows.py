"""What the page of managers reads of its reports."""

from dataclasses import dataclass

from analytics.chance import Box, box_of
from dashboards.wording.rates import LEAST


@dataclass(frozen=True, slots=True)
class Manager:
    """`manager`: None where none is assigned. `talk_…`: percentiles, in seconds."""

    manager: str | None
    leads: int
    calls: int
    ended_calls: int
    answered: int
    missed: int
    answer_rate: float | None
    answer_rate_low: float | None
    answer_rate_high: float | None
    waiting_p25: float | None
    waiting_p50: float | None
    waiting_p75: float | None
    waiting_known: int
    talk_p5: float | None
    talk_p25: float | None
    talk_p50: float | None
    talk_p75: float | None
    talk_p95: float | None
    talk_known: int
    target_leads: int
    target_known: int
    rating_avg: float | None
    rating_n: int

    @property
    def talks(self) -> dict[int, float]:
        """The percentiles, by percent; none without talks."""
        known = (self.talk_p5, self.talk_p25, self.talk_p50, self.talk_p75, self.talk_p95)
        percents = zip((5, 25, 50, 75, 95), known, strict=True)
        return {percent: seconds for percent, seconds in percents if seconds is not None}

    @property
    def waiting(self) -> Box | None:
        return box_of(self.waiting_p25, self.waiting_p50, self.waiting_p75, self.waiting_known)

    @property
    def talk(self) -> Box | None:
        return box_of(self.talk_p25, self.talk_p50, self.talk_p75, self.talk_known)

    def is_few(self) -> bool:
        return self.ended_calls < LEAST

    def has_few_talks(self) -> bool:
        return self.answered < LEAST
