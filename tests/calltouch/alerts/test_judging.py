"""Rules of one's own over any number of any report, held against real published files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from duckdb import DuckDBPyConnection

from analytics.alerts.rule import AlertRule, BadRule, rule_of
from analytics.published_file import Published, PublishedFile
from calltouch.alerts.judging import BrokenRule, RuleJudge, days_told
from receiver.alerts.rule_book import RuleBook, RuleOfSettings
from receiver.settings.settings import Settings, SettingsError
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW, Delivered, call

LEADS = AlertRule("leads", "overview", "leads", "day", "below", 5.0)
LOCAL = NOW.astimezone(ZoneInfo(ZONE))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """Ten calls a day for nine weeks, of two sites; two yesterday; three today."""
    place = Place(tmp_path_factory.mktemp("rules"))
    counts = {0: 3, 1: 2} | dict.fromkeys(range(2, 64), 10)
    place.add(
        [
            Delivered(at, call(number, at, siteId=str(1 + number % 2)))
            for back, count in counts.items()
            for number, at in (
                (back * 100 + n, NOW - timedelta(days=back, minutes=n + 1)) for n in range(count)
            )
        ]
    )
    with Published(PublishedFile(place.published)).reading() as reading:
        yield reading


@pytest.fixture
def judge(db: DuckDBPyConnection) -> RuleJudge:
    return RuleJudge(db, ZONE, LOCAL)


def value(judge: RuleJudge, rule: AlertRule, site: str = "") -> float | None:
    return judge.judge(rule, site).value


def test_each_period_is_its_own_days(judge: RuleJudge) -> None:
    assert value(judge, replace(LEADS, period="day")) == 2
    assert value(judge, replace(LEADS, period="today")) == 3
    assert value(judge, replace(LEADS, period="7d")) == 62
    hour = RuleJudge(judge.db, ZONE, LOCAL.replace(minute=0) + timedelta(minutes=5))
    assert (value(hour, replace(LEADS, period="hour")) or 0) <= 3


def test_too_low_and_too_high_are_told(judge: RuleJudge) -> None:
    (trouble,) = judge.troubles([LEADS, replace(LEADS, compare="above")])
    assert (trouble.kind, trouble.subject, trouble.cause) == ("rule", "leads", "below")
    assert trouble.figures["value"] == 2
    assert trouble.figures["threshold"] == 5
    assert judge.troubles([replace(LEADS, is_on=False)]) == []


def test_what_is_not_as_usual_is_told(judge: RuleJudge) -> None:
    (trouble,) = judge.troubles([replace(LEADS, compare="unusual", threshold=None)])
    assert (trouble.figures["low"], trouble.figures["high"]) == (10, 10)


def test_sites_are_judged_alone_each_or_together(judge: RuleJudge) -> None:
    assert value(judge, LEADS, "1") == 1
    troubles = judge.troubles([replace(LEADS, site="each")])
    assert {trouble.subject for trouble in troubles} == {"leads, 1", "leads, 2"}
    assert {trouble.figures["site"] for trouble in troubles} == {"1", "2"}


def test_filters_are_those_of_a_page(judge: RuleJudge) -> None:
    assert value(judge, replace(LEADS, query="lead_type=call")) == 2
    assert value(judge, replace(LEADS, query="f.lead_type=request")) == 0


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (replace(LEADS, report="nothing"), "no_report"),
        (replace(LEADS, column="nothing"), "no_column"),
        (replace(LEADS, query="lead_type=fish"), "bad_query"),
        (replace(LEADS, report="leads_over_time", column="starts_on"), "no_number"),
    ],
)
def test_what_cannot_be_computed_is_broken_and_not_silent(
    judge: RuleJudge, rule: AlertRule, fault: str
) -> None:
    (trouble,) = judge.troubles([rule])
    assert (trouble.kind, trouble.cause) == ("rule_broken", fault)


def test_without_history_nothing_is_unusual(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.add([Delivered(NOW, call(1, NOW))])
    rule = replace(LEADS, compare="unusual", threshold=None)
    with (
        Published(PublishedFile(place.published)).reading() as db,
        pytest.raises(BrokenRule, match="too_little"),
    ):
        RuleJudge(db, ZONE, LOCAL).judge(rule, "")


def test_a_rule_is_tried_on_the_days_before(db: DuckDBPyConnection) -> None:
    """On each day it looks at the day before: two of yesterday are told today, not yesterday."""

    def judge_at(moment: datetime) -> RuleJudge:
        return RuleJudge(db, ZONE, moment)

    tried = list(days_told(LEADS, judge_at, LOCAL, 30))
    assert len(tried) == 30
    assert not any(is_told for _, is_told in tried)
    high = replace(LEADS, compare="above", threshold=9.0)
    told = [is_told for _, is_told in days_told(high, judge_at, LOCAL, 30)]
    assert told == [True] * 30


def test_rules_of_the_settings_and_of_the_browser_are_one_register(tmp_path: Path) -> None:
    file = tmp_path / "calltouch.toml"
    file.write_text(
        '[alert_rules."few leads"]\nreport = "overview"\ncolumn = "leads"\n'
        'compare = "below"\nthreshold = 5\n'
    )
    settings = Settings.load({"CALLTOUCH_CONFIG": str(file)})
    book = RuleBook(tmp_path / "state.sqlite", settings.alert_rules)
    assert list(book.rules()) == ["few leads"]
    book.save(LEADS, "anna", datetime.now(UTC))
    book.save(replace(LEADS, is_on=False), "anna", datetime.now(UTC))
    assert list(book.rules()) == ["few leads", "leads"]
    assert not book.rules()["leads"].is_on
    with pytest.raises(RuleOfSettings):
        book.save(replace(LEADS, name="few leads"), "anna", datetime.now(UTC))
    with pytest.raises(RuleOfSettings):
        book.remove("few leads")
    assert book.remove("leads")
    assert not book.remove("leads")


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"column": "leads"}, "report"),
        ({"report": "overview"}, "column"),
        ({"report": "overview", "column": "leads", "period": "year"}, "period"),
        ({"report": "overview", "column": "leads", "compare": "above"}, "threshold"),
        ({"report": "overview", "column": "leads", "quiet": "25:00-26:00"}, "quiet"),
        ({"report": "overview", "column": "leads", "site": "x"}, "site"),
        ({"report": "overview", "column": "leads", "colour": "x"}, "colour"),
    ],
)
def test_a_rule_says_what_is_wrong_with_it(values: dict[str, object], place: str) -> None:
    with pytest.raises(BadRule) as raised:
        rule_of("a", values)
    assert raised.value.place == place


def test_a_bad_rule_in_the_settings_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "calltouch.toml"
    file.write_text('[alert_rules.a]\nreport = "overview"\n')
    with pytest.raises(SettingsError, match=r"alert_rules.a.*column"):
        Settings.load({"CALLTOUCH_CONFIG": str(file)})
