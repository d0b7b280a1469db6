"""The tiles of the page quality."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.page.comparison import ComparedPeriod, growth
from dashboards.page.inquiry import CardContext
from dashboards.page.tiles import Link, Tile, sparkline
from dashboards.slice.period import unit_for
from dashboards.wording.rates import known_rate, share

Record = dict[str, Any]


def quality_tiles(inquiry: CardContext, now: Record, before: ComparedPeriod) -> list[Tile]:
    """`now`: the row of the report quality; of a slice with ended calls."""
    unit = unit_for(inquiry.slice.period.days)
    shapes = inquiry.ask("missed_calls_over_time", unit=unit)
    return [
        _missed(now, before, shapes.column("missed"), inquiry),
        _missed_at_work(now, before, inquiry),
        _recovered(now, before, shapes.column("recovered"), inquiry),
        _answered_within(now, inquiry),
        _waiting(now, inquiry),
        _talk(now, inquiry),
    ]


def _missed(
    now: Record, before: ComparedPeriod, shape: Sequence[int], inquiry: CardContext
) -> Tile:
    lines = [_of_calls(now["missed"], now["ended_calls"], "quality.missed_of", inquiry)]
    link = inquiry.leads(only="missed")
    tile = _counted("missed", "quality.missed", now, before, shape, lines, link, inquiry)
    return replace(tile, links=_callbacks(now, inquiry))


def _callbacks(now: Record, inquiry: CardContext) -> list[Link]:
    if not now["missed_callbacks"]:
        return []
    counted = inquiry.visit.formats.number(now["missed_callbacks"])
    text = inquiry.visit.texts("quality.callbacks", calls=counted)
    return [Link(text, inquiry.leads(only="missed", callback=True))]


def _missed_at_work(now: Record, before: ComparedPeriod, inquiry: CardContext) -> Tile:
    texts = inquiry.visit.texts
    if not now["worktime_known"]:
        title, unknown = texts("quality.missed_worktime"), texts("quality.no_worktime")
        return Tile("missed_worktime", title, texts("site.not_available"), lines=[unknown])
    part, whole = now["missed_worktime"], now["ended_worktime"]
    lines = [_of_calls(part, whole, "quality.worktime_of", inquiry)]
    link = inquiry.leads(only="missed", worktime=True)
    title = "quality.missed_worktime"
    return _counted("missed_worktime", title, now, before, (), lines, link, inquiry)


def _recovered(
    now: Record, before: ComparedPeriod, shape: Sequence[int], inquiry: CardContext
) -> Tile:
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    lines = [
        _of_calls(now["recovered"], now["missed"], "quality.recovered_of", inquiry),
        texts("quality.still", calls=formats.number(now["pending"])),
    ]
    if now["recover_p50"] is not None:
        lines.append(texts("quality.usually_after", time=formats.duration(now["recover_p50"])))
    link = inquiry.leads(only="recovered")
    return _counted("recovered", "quality.recovered", now, before, shape, lines, link, inquiry)


def _counted(
    name: str,
    title: str,
    now: Record,
    before: ComparedPeriod,
    shape: Sequence[int],
    lines: Sequence[str],
    link: str | None,
    inquiry: CardContext,
) -> Tile:
    changed, why = growth(now, name, before, inquiry.visit)
    number = inquiry.visit.formats.number(now[name])
    said = inquiry.visit.texts(title)
    return Tile(name, said, number, changed, why, sparkline(shape), lines, link)


def _answered_within(now: Record, inquiry: CardContext) -> Tile:
    texts, formats, known = inquiry.visit.texts, inquiry.visit.formats, now["waiting_known"]
    rate = known_rate(now["sla_20"], known)
    return Tile(
        "sla_20",
        texts("quality.sla"),
        texts("site.not_available") if rate is None else formats.percent(rate),
        lines=[texts("quality.sla_of", calls=_calls(known, inquiry))],
        href=inquiry.leads(status="successful", waiting_to=20),
    )


def _waiting(now: Record, inquiry: CardContext) -> Tile:
    texts = inquiry.visit.texts
    return Tile(
        "waiting",
        texts("quality.waits"),
        _seconds(now["waiting_answered_p50"], inquiry),
        lines=[
            texts("quality.longest", time=_seconds(now["waiting_answered_p90"], inquiry)),
            texts("quality.gave_up", time=_seconds(now["waiting_missed_p50"], inquiry)),
        ],
        href=inquiry.leads(status="successful"),
    )


def _talk(now: Record, inquiry: CardContext) -> Tile:
    texts = inquiry.visit.texts
    return Tile(
        "talk",
        texts("quality.talk"),
        _seconds(now["talk_p50"], inquiry),
        lines=[
            texts("quality.talk_mean", time=_seconds(now["talk_avg"], inquiry)),
            texts("quality.answered_calls", calls=inquiry.visit.formats.number(now["answered"])),
        ],
        href=inquiry.leads(status="successful"),
    )


def _of_calls(part: int, whole: int, text: str, inquiry: CardContext) -> str:
    rate = share(part, whole)
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    written = texts("site.not_available") if rate is None else formats.percent(rate)
    return texts(text, rate=written, calls=_calls(whole, inquiry))


def _calls(number: int, inquiry: CardContext) -> str:
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    return f"{formats.number(number)}\N{NO-BREAK SPACE}{texts.plural('of_calls', number)}"


def _seconds(seconds: float | None, inquiry: CardContext) -> str:
    if seconds is None:
        return inquiry.visit.texts("site.not_available")
    return inquiry.visit.formats.duration(seconds)
