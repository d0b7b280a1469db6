"""The tiles of the page quality."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.chance import Box, Share, box_of
from dashboards.page.comparison import EarlierRow, compared_tile, with_change
from dashboards.page.context import CardContext
from dashboards.page.over_time import unit_of
from dashboards.page.tables import TypedValue
from dashboards.page.tiles import Link, Tile
from dashboards.wording.changes import Change, ChangeWording
from dashboards.wording.rates import known_rate, rate_text
from dashboards.wording.texts import Texts

TARGETS = (10, 20, 30, 60)
"""Seconds within which a call should be answered."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A row of the report `quality`. `sla_…`: the rate of calls answered within so many seconds,
    of those whose waiting time is known."""

    ended_calls: int
    answered: int
    missed: int
    missed_callbacks: int
    worktime_known: int
    ended_worktime: int
    missed_worktime: int
    own_hours_known: int
    ended_own_hours: int
    missed_own_hours: int
    recovered: int
    pending: int
    open_worktime: int
    open_own_hours: int
    recover_p50: float | None
    waiting_known: int
    sla_10: float | None
    sla_20: float | None
    sla_30: float | None
    sla_60: float | None
    waiting_answered_p25: float | None
    waiting_answered_p50: float | None
    waiting_answered_p75: float | None
    waiting_answered_p90: float | None
    waiting_answered_known: int
    waiting_missed_p50: float | None
    talk_p25: float | None
    talk_p50: float | None
    talk_p75: float | None
    talk_known: int
    talk_avg: float | None

    @property
    def waits(self) -> Box | None:
        """Of answered calls."""
        p25, p75 = self.waiting_answered_p25, self.waiting_answered_p75
        return box_of(p25, self.waiting_answered_p50, p75, self.waiting_answered_known)

    @property
    def talk(self) -> Box | None:
        return box_of(self.talk_p25, self.talk_p50, self.talk_p75, self.talk_known)

    @property
    def in_time(self) -> Share | None:
        """Answered within 20 seconds, of those whose waiting is known."""
        known = self.waiting_known
        return None if self.sla_20 is None else (round(self.sla_20 * known), known)

    @property
    def answered_within(self) -> dict[int, float | None]:
        """By seconds, the share of the calls; None where it would be chance."""
        rates = (self.sla_10, self.sla_20, self.sla_30, self.sla_60)
        return {
            seconds: known_rate(rate, self.waiting_known)
            for seconds, rate in zip(TARGETS, rates, strict=True)
        }


def quality_tiles(context: CardContext, now: Quality, before: EarlierRow[Quality]) -> list[Tile]:
    """Of a slice with ended calls."""
    return [*_missed_tiles(now, before, context), *_time_tiles(now, before, context)]


def _missed_tiles(now: Quality, before: EarlierRow[Quality], context: CardContext) -> list[Tile]:
    shapes = context.ask("missed_calls_over_time", unit=unit_of(context))

    def tile(
        name: str,
        value: Callable[[Quality], int],
        *lines: str,
        links: Sequence[Link] = (),
        **only: Any,
    ) -> Tile:
        href, shape = context.leads(**only), shapes.column(name) if name in shapes.columns else ()
        return compared_tile(
            context,
            name,
            f"quality.{name}",
            value,
            now,
            before,
            lines,
            href,
            shape=shape,
            links=links,
        )

    missed = _of_calls("quality.missed_of", now.missed, now.ended_calls, context)
    links, recovered = _callbacks(now, context), _recovered(now, context)
    return [
        tile("missed", lambda row: row.missed, missed, links=links, only="missed"),
        _in_working_hours(tile, now, context),
        tile("recovered", lambda row: row.recovered, *recovered, only="recovered"),
    ]


def _in_working_hours(tile: Callable[..., Tile], now: Quality, context: CardContext) -> Tile:
    """By Calltouch's flag, with the account's own hours beneath; where it sends none, by those."""
    own = _of_calls("quality.own_hours_of", now.missed_own_hours, now.ended_own_hours, context)
    if not now.worktime_known and not now.own_hours_known:
        return _no_worktime(context.texts)
    if not now.worktime_known:
        return tile(
            "missed_own_hours",
            lambda row: row.missed_own_hours,
            own,
            links=[_open(now.open_own_hours, context, own_hours=True)],
            only="missed",
            own_hours=True,
        )
    calls = context.formats.number(now.missed_own_hours)
    href = context.leads(only="missed", own_hours=True)
    own_link = Link(context.texts("quality.by_calendar", calls=calls), href)
    return tile(
        "missed_worktime",
        lambda row: row.missed_worktime,
        _of_calls("quality.worktime_of", now.missed_worktime, now.ended_worktime, context),
        links=[
            _open(now.open_worktime, context, worktime=True),
            *([own_link] if now.own_hours_known else []),
        ],
        only="missed",
        worktime=True,
    )


def _open(calls: int, context: CardContext, **hours: bool) -> Link:
    """The calls missed in these hours whose clients nobody has answered since."""
    text = context.texts("quality.not_recovered", calls=context.formats.number(calls))
    here = context.leads(None, only=("pending", "lost"), **hours) if calls else None
    return Link(text, here)


def _recovered(now: Quality, context: CardContext) -> list[str]:
    texts, formats = context.texts, context.formats
    lines = [
        _of_calls("quality.recovered_of", now.recovered, now.missed, context),
        texts("quality.still", calls=formats.number(now.pending)),
    ]
    if now.recover_p50 is not None:
        lines.append(texts("quality.usually_after", time=formats.duration(now.recover_p50)))
    return lines


def _no_worktime(texts: Texts) -> Tile:
    title, why = texts("quality.missed_worktime"), texts("quality.no_worktime")
    return Tile("missed_worktime", title, texts("site.not_available"), lines=[why])


def _callbacks(now: Quality, context: CardContext) -> list[Link]:
    if not now.missed_callbacks:
        return []
    text = context.texts("quality.callbacks", calls=context.formats.number(now.missed_callbacks))
    return [Link(text, context.leads(only="missed", callback=True))]


def _time_tiles(now: Quality, before: EarlierRow[Quality], context: CardContext) -> list[Tile]:
    texts, formats = context.texts, context.formats

    def time(seconds: float | None) -> str:
        return texts("site.not_available") if seconds is None else formats.duration(seconds)

    rate = now.answered_within[20]
    within = texts("site.not_available") if rate is None else formats.percent(rate)
    of_known = texts("quality.sla_of", calls=formats.count("of_calls", now.waiting_known))
    waits = [
        texts("quality.longest", time=time(now.waiting_answered_p90)),
        texts("quality.gave_up", time=time(now.waiting_missed_p50)),
    ]
    talks = [
        texts("quality.talk_mean", time=time(now.talk_avg)),
        texts("quality.answered_calls", calls=formats.number(now.answered)),
    ]
    in_time = context.leads(status="successful", waiting_to=20)
    typed = None if rate is None else TypedValue(rate, "share", 1)
    sla = Tile("sla_20", texts("quality.sla"), within, lines=[of_known], href=in_time, typed=typed)
    waited = _time_tile("waiting", texts("quality.waits"), now.waits, waits, context)
    talked = _time_tile("talk", texts("quality.talk"), now.talk, talks, context)

    def rated(wording: ChangeWording, row: Quality) -> Change | None:
        if now.in_time is None or row.in_time is None or rate is None:
            return None
        return wording.share(now.in_time, row.in_time)

    return [
        with_change(context, sla, "quality.sla", before, rated),
        with_change(
            context,
            waited,
            "quality.waits",
            before,
            lambda wording, row: wording.median(now.waits, row.waits),
        ),
        with_change(
            context,
            talked,
            "quality.talk",
            before,
            lambda wording, row: wording.median(now.talk, row.talk),
        ),
    ]


def _time_tile(
    name: str, title: str, box: Box | None, lines: Sequence[str], context: CardContext
) -> Tile:
    """Of answered calls."""
    href = context.leads(status="successful")
    if box is None:
        return Tile(name, title, context.texts("site.not_available"), lines=lines, href=href)
    written, typed = context.formats.duration(box.median), TypedValue(box.median, "seconds")
    return Tile(name, title, written, lines=lines, href=href, typed=typed)


def _of_calls(key: str, part: int, whole: int, context: CardContext) -> str:
    formats = context.formats
    rate, calls = rate_text(part, whole, formats), formats.count("of_calls", whole)
    return context.texts(key, rate=rate, calls=calls)
