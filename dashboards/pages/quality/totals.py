"""The tiles of the page quality."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.page.comparison import ComparedPeriod, growth
from dashboards.page.context import CardContext
from dashboards.page.tiles import Link, Tile, sparkline
from dashboards.slice.period import unit_for
from dashboards.wording.rates import known_rate, share

Record = dict[str, Any]


def quality_tiles(context: CardContext, now: Record, before: ComparedPeriod) -> list[Tile]:
    """`now`: the row of the report quality; of a slice with ended calls."""
    unit = unit_for(context.slice.period.days)
    shapes = context.ask("missed_calls_over_time", unit=unit)
    return [
        _missed(now, before, shapes.column("missed"), context),
        _missed_at_work(now, before, context),
        _recovered(now, before, shapes.column("recovered"), context),
        _answered_within(now, context),
        _waiting(now, context),
        _talk(now, context),
    ]


def _missed(
    now: Record, before: ComparedPeriod, shape: Sequence[int], context: CardContext
) -> Tile:
    lines = [_of_calls(now["missed"], now["ended_calls"], "quality.missed_of", context)]
    link = context.leads(only="missed")
    tile = _counted("missed", "quality.missed", now, before, shape, lines, link, context)
    return replace(tile, links=_callbacks(now, context))


def _callbacks(now: Record, context: CardContext) -> list[Link]:
    if not now["missed_callbacks"]:
        return []
    counted = context.formats.number(now["missed_callbacks"])
    text = context.texts("quality.callbacks", calls=counted)
    return [Link(text, context.leads(only="missed", callback=True))]


def _missed_at_work(now: Record, before: ComparedPeriod, context: CardContext) -> Tile:
    texts = context.texts
    if not now["worktime_known"]:
        title, unknown = texts("quality.missed_worktime"), texts("quality.no_worktime")
        return Tile("missed_worktime", title, texts("site.not_available"), lines=[unknown])
    part, whole = now["missed_worktime"], now["ended_worktime"]
    lines = [_of_calls(part, whole, "quality.worktime_of", context)]
    link = context.leads(only="missed", worktime=True)
    title = "quality.missed_worktime"
    return _counted("missed_worktime", title, now, before, (), lines, link, context)


def _recovered(
    now: Record, before: ComparedPeriod, shape: Sequence[int], context: CardContext
) -> Tile:
    texts, formats = context.texts, context.formats
    lines = [
        _of_calls(now["recovered"], now["missed"], "quality.recovered_of", context),
        texts("quality.still", calls=formats.number(now["pending"])),
    ]
    if now["recover_p50"] is not None:
        lines.append(texts("quality.usually_after", time=formats.duration(now["recover_p50"])))
    link = context.leads(only="recovered")
    return _counted("recovered", "quality.recovered", now, before, shape, lines, link, context)


def _counted(
    name: str,
    title: str,
    now: Record,
    before: ComparedPeriod,
    shape: Sequence[int],
    lines: Sequence[str],
    link: str | None,
    context: CardContext,
) -> Tile:
    changed, why = growth(now, name, before, context.reader_context)
    number = context.formats.number(now[name])
    said = context.texts(title)
    return Tile(name, said, number, changed, why, sparkline(shape), lines, link)


def _answered_within(now: Record, context: CardContext) -> Tile:
    texts, formats, known = context.texts, context.formats, now["waiting_known"]
    rate = known_rate(now["sla_20"], known)
    return Tile(
        "sla_20",
        texts("quality.sla"),
        texts("site.not_available") if rate is None else formats.percent(rate),
        lines=[texts("quality.sla_of", calls=_calls(known, context))],
        href=context.leads(status="successful", waiting_to=20),
    )


def _waiting(now: Record, context: CardContext) -> Tile:
    texts = context.texts
    return Tile(
        "waiting",
        texts("quality.waits"),
        _seconds(now["waiting_answered_p50"], context),
        lines=[
            texts("quality.longest", time=_seconds(now["waiting_answered_p90"], context)),
            texts("quality.gave_up", time=_seconds(now["waiting_missed_p50"], context)),
        ],
        href=context.leads(status="successful"),
    )


def _talk(now: Record, context: CardContext) -> Tile:
    texts = context.texts
    return Tile(
        "talk",
        texts("quality.talk"),
        _seconds(now["talk_p50"], context),
        lines=[
            texts("quality.talk_mean", time=_seconds(now["talk_avg"], context)),
            texts("quality.answered_calls", calls=context.formats.number(now["answered"])),
        ],
        href=context.leads(status="successful"),
    )


def _of_calls(part: int, whole: int, text: str, context: CardContext) -> str:
    rate = share(part, whole)
    texts, formats = context.texts, context.formats
    written = texts("site.not_available") if rate is None else formats.percent(rate)
    return texts(text, rate=written, calls=_calls(whole, context))


def _calls(number: int, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    return f"{formats.number(number)}\N{NO-BREAK SPACE}{texts.plural('of_calls', number)}"


def _seconds(seconds: float | None, context: CardContext) -> str:
    if seconds is None:
        return context.texts("site.not_available")
    return context.formats.duration(seconds)
