"""The webhook auditor: what the traffic shows to be set up wrong, and where to mend it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from dashboards.page.cards import Paragraph, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_rows
from dashboards.pages.deliveries.losses import problem_text
from dashboards.wording.rates import LEAST, known_rate

FINDINGS = (
    "parameter_off",
    "parameter_renamed",
    "parameter_unknown",
    "only_calls",
    "only_requests",
    "no_call_starts",
    "no_call_ends",
    "only_target",
    "only_unique",
    "only_answered",
    "sent_by_get",
    "one_model",
    "no_later_events",
    "event_unseen",
    "silent",
    "another_site",
    "quarantined",
)
"""As the report `auditor` names them. Each has texts auditor.<finding>, …_seen, …_why, …_todo."""

_NAMES = ("last-touch", "last-non-direct")
"""What a second webhook may be called in its URL, by its model."""

EVENTS = ("tags", "comments", "transcript", "manager", "rating", "spam")


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What the traffic shows of a webhook, or of all; what does not matter to the finding is
    None."""

    finding: str
    severity: str
    webhook: str | None
    lead_type: str | None
    attribution_model: int | None
    parameter: str | None
    received_as: str | None
    event: str | None
    problems: list[str] | None
    deliveries: int | None
    leads: int | None
    share: float | None
    is_elsewhere: bool | None
    last_received_at: datetime | None
    seconds_silent: float | None


@dataclass(frozen=True, slots=True)
class FindingItem:
    """One of what a finding is about: `name` may be a stranger's word, `note` is ours."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class FindingExample:
    """What the traffic shows of one webhook; `webhook` is None where it is about all of them.
    `setting`: lines for calltouch.toml, where that is another way to mend it."""

    webhook: str | None
    seen: str
    items: Sequence[FindingItem]
    setting: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as it is shown, of one webhook or of several. `todo`: where to mend it."""

    finding: str
    severity: str
    cases: Sequence[FindingExample]
    todo: str


def auditor(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "auditor", FindingRow)
    if not rows:
        return (_nothing(context), Paragraph(texts("auditor.unseen")))
    alike = groupby(rows, attrgetter("finding", "severity"))
    findings = [_finding(list(same), context) for _, same in alike]
    told = [finding for finding in findings if finding.severity != "info"]
    rest = [finding for finding in findings if finding.severity == "info"]
    values: dict[str, object] = {"told": told, "rest": rest}
    return (TemplatePart("parts/auditor.html", values), Paragraph(texts("auditor.unseen")))


def _nothing(context: CardContext) -> Paragraph:
    """That all is well, unless there is too little to say so."""
    (sent,) = context.ask("delivery_summary").column("sent")
    named = "auditor.nothing" if sent >= LEAST else "auditor.too_few"
    deliveries = context.formats.count("deliveries", sent)
    return Paragraph(context.texts(named, deliveries=deliveries), "empty")


def _finding(rows: Sequence[FindingRow], context: CardContext) -> ShownFinding:
    first = rows[0]
    # A finding that is one row per parameter or event is told once of each webhook.
    together = ("webhook",) if first.finding in _ITEMS else ("webhook", "lead_type")
    cases = [_case(list(same), context) for _, same in groupby(rows, attrgetter(*together))]
    todo = context.texts(f"auditor.{first.finding}_todo", **_numbers(first, context))
    return ShownFinding(first.finding, first.severity, cases, todo)


def _case(rows: Sequence[FindingRow], context: CardContext) -> FindingExample:
    """Rows that tell of one webhook together."""
    first = rows[0]
    finding = first.finding
    items = [_ITEMS[finding](row, context) for row in rows] if finding in _ITEMS else []
    if finding == "quarantined":
        items = [
            FindingItem(problem_text(problem, context.texts), "")
            for problem in first.problems or ()
        ]
    seen = context.texts(f"auditor.{finding}_seen", **_numbers(first, context))
    if finding not in _ITEMS and first.is_elsewhere:
        seen = f"{seen} {context.texts('auditor.elsewhere')}"
    setting = _renames(rows) if finding == "parameter_renamed" else ""
    return FindingExample(first.webhook, seen, items, setting)


def _numbers(row: FindingRow, context: CardContext) -> Mapping[str, str]:
    """What the sentence about the traffic may name."""
    texts, formats = context.texts, context.formats
    numbers = {
        name: formats.count(name, number)
        for name, number in (("deliveries", row.deliveries), ("leads", row.leads))
        if number is not None
    }
    if row.share is not None and row.deliveries is not None:
        rate = known_rate(row.share, round(row.deliveries / row.share))
        share = "" if rate is None else texts("auditor.share", rate=formats.percent(rate))
        numbers["share"] = share
    if row.lead_type in ("call", "request"):
        numbers["lead_type"] = texts(f"filter.{row.lead_type}")
    if row.attribution_model is not None:
        numbers["model"] = texts(f"slice.model_{row.attribution_model}")
        numbers["other"] = texts(f"slice.model_{1 - row.attribution_model}")
        numbers["name"] = _NAMES[1 - row.attribution_model]
    if row.last_received_at is not None and row.seconds_silent is not None:
        numbers["moment"] = formats.moment(row.last_received_at)
        numbers["silence"] = formats.duration(row.seconds_silent)
    return numbers


def _off(row: FindingRow, context: CardContext) -> FindingItem:
    texts, formats = context.texts, context.formats
    named = "auditor.off_elsewhere" if row.is_elsewhere else "auditor.off_nowhere"
    return FindingItem(
        row.parameter or "", texts(named, deliveries=formats.number(row.deliveries or 0))
    )


def _renamed(row: FindingRow, context: CardContext) -> FindingItem:
    texts, formats = context.texts, context.formats
    deliveries = formats.count("deliveries", row.deliveries or 0)
    note = texts("auditor.renamed_from", parameter=row.parameter, deliveries=deliveries)
    return FindingItem(row.received_as or "", note)


def _unknown(row: FindingRow, context: CardContext) -> FindingItem:
    deliveries = context.formats.count("deliveries", row.deliveries or 0)
    return FindingItem(row.received_as or "", deliveries)


def _event(row: FindingRow, context: CardContext) -> FindingItem:
    texts = context.texts
    note = texts("auditor.event_elsewhere") if row.is_elsewhere else ""
    return FindingItem(texts(f"auditor.event_{row.event}"), note)


_ITEMS: Mapping[str, Callable[[FindingRow, CardContext], FindingItem]] = {
    "parameter_off": _off,
    "parameter_renamed": _renamed,
    "parameter_unknown": _unknown,
    "event_unseen": _event,
}
"""Of the findings that are one row per thing."""


def _renames(rows: Sequence[FindingRow]) -> str:
    """The names as calltouch.toml takes them."""
    pairs = (f'{_quoted(row.received_as or "")} = "{row.parameter}"' for row in rows)
    return f"[webhooks.{rows[0].webhook}]\nrename = {{ {', '.join(pairs)} }}"


def _quoted(name: str) -> str:
    """A stranger's word as a key of TOML."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
