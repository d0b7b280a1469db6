"""Rules of one's own, held against the published file."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import quantiles
from urllib.parse import parse_qsl

import duckdb
from duckdb import DuckDBPyConnection
from werkzeug.datastructures import MultiDict

from analytics.alerts.rule import EACH_SITE, AlertRule
from analytics.alerts.trouble import Trouble
from analytics.published_file import resume
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import UnknownReport, report_named
from analytics.statements import statement
from dashboards.page.from_url import read_options
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice

RULE, BROKEN = "rule", "rule_broken"
_WEEKS, _LEAST_WEEKS = 8, 4
_DAYS = {"day": 1, "7d": 7, "28d": 28}


class BrokenRule(Exception):
    """It cannot be computed. `fault`: no_report, no_column, no_number, bad_query, too_little or
    failed."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Judgement:
    """`value`: None where the report has none. `low`, `high`: what it must be within; None: no
    bound."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def is_wrong(self) -> bool:
        if self.value is None:
            return False
        is_low = self.low is not None and self.value < self.low
        return is_low or (self.high is not None and self.value > self.high)


@dataclass(frozen=True, slots=True)
class RuleJudge:
    """`now`: in the configured zone."""

    db: DuckDBPyConnection
    timezone: str
    now: datetime

    def troubles(self, rules: Sequence[AlertRule]) -> list[Trouble]:
        return [trouble for rule in rules if rule.is_on for trouble in self._of(rule)]

    def judge(self, rule: AlertRule, site: str) -> Judgement:
        """`site`: empty for all. Raises `BrokenRule`."""
        try:
            return self._judged(rule, site)
        except UnknownReport as error:
            raise BrokenRule("no_report", rule.report) from error
        except BadQuery as error:
            raise BrokenRule("bad_query", rule.query) from error
        except duckdb.Error as error:
            # The next rule is judged all the same.
            resume(self.db)
            raise BrokenRule("failed", type(error).__name__) from error

    def sites(self, rule: AlertRule) -> list[str]:
        if rule.site != EACH_SITE:
            return [rule.site]
        rows = self.db.execute(statement("reports/alerts/known_sites"), {"now": self.now})
        return [f"{site_id}" for (site_id,) in rows.fetchall()]

    def _of(self, rule: AlertRule) -> Iterator[Trouble]:
        try:
            for site in self.sites(rule):
                judgement = self.judge(rule, site)
                if judgement.is_wrong:
                    yield _trouble(rule, site, judgement, self.now)
        except BrokenRule as error:
            figures = {"detail": error.detail}
            yield Trouble(BROKEN, rule.name, error.fault, figures, self.now)

    def _judged(self, rule: AlertRule, site: str) -> Judgement:
        value = self._value(rule, site, self.now)
        if rule.compare == "above":
            return Judgement(value, None, rule.threshold)
        if rule.compare == "below":
            return Judgement(value, rule.threshold, None)
        before = self._before(rule, site)
        if len(before) < _LEAST_WEEKS:
            raise BrokenRule("too_little", f"{len(before)}")
        # As the usual days of the overview: from the tenth to the ninetieth hundredth.
        deciles = quantiles(before, n=10, method="inclusive")
        return Judgement(value, deciles[0], deciles[-1])

    def _before(self, rule: AlertRule, site: str) -> list[float]:
        """The same of the eight weeks before, on the same weekdays, as far as there were leads."""
        first = self._first_day()
        moments = [self.now - timedelta(days=7 * week) for week in range(1, _WEEKS + 1)]
        known = [
            moment
            for moment in moments
            if first is not None and _days(rule.period, moment).first >= first
        ]
        values = [self._value(rule, site, moment) for moment in known]
        return [value for value in values if value is not None]

    def _value(self, rule: AlertRule, site: str, now: datetime) -> float | None:
        """Of several rows the sum."""
        report = report_named(rule.report)
        query = MultiDict(parse_qsl(rule.query, keep_blank_values=True))
        about = Slice.from_query(query, now.date(), self._everything)
        about = replace(about.of(_days(rule.period, now)), until=None)
        if rule.period == "hour":
            about = about.narrowed(hour=(now - timedelta(hours=1)).hour)
        if rule.period == "today":
            about = replace(about, until=now.replace(tzinfo=None))
        if site:
            about = about.narrowed(site=site)
        options = read_options(report.parameters, query)
        answer = ask(self.db, Question(report, about, self.timezone, now, options=options))
        if rule.column not in answer.columns:
            raise BrokenRule("no_column", ", ".join(answer.columns))
        values = [value for value in answer.column(rule.column) if value is not None]
        if not all(isinstance(value, int | float) for value in values):
            raise BrokenRule("no_number", rule.column)
        return math.fsum(values) if values else None

    def _first_day(self) -> date | None:
        everything = self._everything()
        return None if everything is None else everything.first

    def _everything(self) -> Period | None:
        all_days = Filters(date.min, date.max)
        span = Question.about("lead_span", all_days, self.timezone, self.now)
        _, first, last = ask(self.db, span).rows[0]
        return None if first is None else Period(first, last)


def days_told(
    rule: AlertRule, judge_at: Callable[[datetime], RuleJudge], now: datetime, days: int
) -> Iterator[tuple[date, bool]]:
    """Whether the rule would have told on each of the days before, the newest first. An hourly one
    is tried at each hour. Raises `BrokenRule`; where the history begins, it ends."""
    hours = range(23, -1, -1) if rule.period == "hour" else (23,)
    for back in range(1, days + 1):
        day = now - timedelta(days=back)
        moments = [day.replace(hour=hour, minute=59, second=0, microsecond=0) for hour in hours]
        judges = [judge_at(moment) for moment in moments]
        try:
            yield (
                day.date(),
                any(judge.judge(rule, s).is_wrong for judge in judges for s in judge.sites(rule)),
            )
        except BrokenRule as error:
            if error.fault != "too_little" or back == 1:
                raise
            return


def _days(period: str, now: datetime) -> Period:
    """Which days it is about, at that moment."""
    if period == "today":
        return Period(now.date(), now.date())
    if period == "hour":
        day = (now - timedelta(hours=1)).date()
        return Period(day, day)
    yesterday = now.date() - timedelta(days=1)
    return Period(yesterday - timedelta(days=_DAYS[period] - 1), yesterday)


def _trouble(rule: AlertRule, site: str, judgement: Judgement, now: datetime) -> Trouble:
    figures: dict[str, float | str] = {
        "rule": f"{rule.name}, {site}" if rule.site == EACH_SITE else rule.name,
        "value": judgement.value or 0.0,
        "column": rule.column,
        "report": rule.report,
        "period": rule.period,
    }
    bounds = {"low": judgement.low, "high": judgement.high, "threshold": rule.threshold}
    figures |= {name: bound for name, bound in bounds.items() if bound is not None}
    figures |= {name: text for name, text in (("site", site), ("quiet", rule.quiet)) if text}
    return Trouble(RULE, str(figures["rule"]), rule.compare, figures, now)
