"""`/system`: which settings are in force, and what an admin can have done without a shell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g

from dashboards.access.refusals import NotAllowed
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.deliveries.auditing import FindingRow
from dashboards.pages.system.desk import (
    OF_THE_API,
    JobCost,
    JobWish,
    SettingInForce,
    WebhookSetUp,
    system_desk,
)
from dashboards.pages.system.results import ShownJob, shown_job

_JOBS = 12
_USUAL_DAYS = 7
_AUDITOR = "/deliveries#auditor"


@dataclass(frozen=True, slots=True)
class WishOutcome:
    """A form that was sent and has started nothing: what it would cost, or why it cannot be."""

    wish: JobWish
    cost: JobCost | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SentRow:
    """What a webhook has sent in the period."""

    webhook: str
    deliveries: int
    quarantined: int
    last_received_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """`sent`: None of one that calltouch.toml names and that sent nothing. `findings`: of the
    auditor, about it or about all."""

    name: str
    sent: SentRow | None
    set_up: WebhookSetUp
    findings: int


def check(context: CardContext) -> None:
    """Raises `NotAllowed`."""
    if not context.reader.is_admin or context.origin is None:
        raise NotAllowed


def jobs(context: CardContext) -> Sequence[Part]:
    """What was started here, the newest first."""
    desk = system_desk()
    if desk is None:
        return ()
    shown = [shown_job(job, context.texts, context.formats) for job in desk.jobs(_JOBS)]
    if not shown:
        return empty(context, "system.no_jobs")
    return (table_of(context, context.texts("system.jobs"), _JOB_COLUMNS, shown),)


def fetching(context: CardContext) -> Sequence[Part]:
    """Resync and reconcile: what it would take, then the work itself."""
    desk = system_desk()
    if desk is None:
        return ()
    sites = desk.sites()
    if not sites:
        return empty(context, "system.no_api", detail="")
    outcome = _refused(*OF_THE_API)
    usual = JobWish("resync", context.today - timedelta(days=_USUAL_DAYS - 1), context.today)
    values: dict[str, object] = {
        "sites": sites,
        "wish": outcome.wish if outcome else usual,
        "cost": outcome.cost if outcome else None,
        "problem": outcome.problem if outcome else "",
        "today": context.today,
    }
    return (TemplatePart("system/fetching.html", values),)


def backup(context: CardContext) -> Sequence[Part]:
    desk = system_desk()
    if desk is None:
        return ()
    return (TemplatePart("system/backup.html", {"backups": desk.backups()}),)


def erasing(context: CardContext) -> Sequence[Part]:
    """A person by one of their leads, in two steps: what would be erased, then the erasing."""
    desk = system_desk()
    if desk is None:
        return ()
    return (TemplatePart("system/erasing.html", {"wish": _refused("erase_plan", "erase")}),)


def retention(context: CardContext) -> Sequence[Part]:
    desk = system_desk()
    if desk is None:
        return ()
    return (TemplatePart("system/retention.html", {"retention": desk.retention()}),)


def webhooks(context: CardContext) -> Sequence[Part]:
    """Those seen in the last 30 days and those configured, with what the auditor says of them."""
    desk = system_desk()
    rows = list(_webhook_rows(context, desk.webhooks() if desk else {}))
    if not rows:
        return empty(context, "system.no_webhooks")
    table = table_of(context, context.texts("system.webhooks"), _WEBHOOK_COLUMNS, rows)
    advice = Paragraph(
        context.texts("system.advice"),
        "note",
        context.url("/deliveries"),
        context.texts("system.to_auditor"),
    )
    return (table, advice)


def settings(context: CardContext) -> Sequence[Part]:
    desk = system_desk()
    if desk is None:
        return ()
    return (
        table_of(
            context, context.texts("system.settings"), _SETTING_COLUMNS, list(desk.settings())
        ),
    )


def _refused(*kinds: str) -> WishOutcome | None:
    """The form that was sent, where it is one of these kinds."""
    outcome: WishOutcome | None = g.get("wish_outcome")
    return outcome if outcome and outcome.wish.kind in kinds else None


def _webhook_rows(context: CardContext, known: Mapping[str, WebhookSetUp]) -> Iterator[WebhookRow]:
    sent = {row.webhook: row for row in ask_rows(context, "webhooks", SentRow)}
    findings = [row.webhook for row in ask_rows(context, "auditor", FindingRow)]
    for name in dict.fromkeys([*sent, *known]):
        yield WebhookRow(
            name, sent.get(name), known.get(name, WebhookSetUp()), findings.count(name)
        )


def _set_up(row: WebhookRow, context: CardContext) -> str:
    texts, set_up = context.texts, row.set_up
    model = None if set_up.model is None else texts(f"slice.model_{set_up.model}")
    renames = ", ".join(f"{own} → {name}" for own, name in (set_up.renames or {}).items())
    secret = texts("system.own_secret") if set_up.has_secret else None
    told = [part for part in (model, set_up.kind, renames, secret) if part]
    return "; ".join(told) or texts("system.as_usual")


def _job_link(job: ShownJob, context: CardContext) -> str | None:
    return context.url(f"/system/jobs/{job.job_id}")


_JOB_COLUMNS: Columns[ShownJob] = (
    column.words("system.job", lambda job, _: job.title, _job_link),
    column.words("system.state", lambda job, _: job.state),
    column.words("system.result", lambda job, _: job.summary),
    column.name("system.asked_by", lambda job, _: job.asked_by),
    column.moment("system.asked_at", lambda job: job.asked_at),
)
_WEBHOOK_COLUMNS: Columns[WebhookRow] = (
    column.text("system.webhook", lambda row: row.name),
    column.number("system.deliveries", lambda row: row.sent.deliveries if row.sent else 0),
    column.number("system.quarantined", lambda row: row.sent.quarantined if row.sent else 0),
    column.moment(
        "system.last_received", lambda row: row.sent.last_received_at if row.sent else None
    ),
    column.name("system.set_up", _set_up),
    column.number(
        "system.findings", lambda row: row.findings, lambda _, context: context.url(_AUDITOR)
    ),
)
_SETTING_COLUMNS: Columns[SettingInForce] = (
    column.name("system.setting", lambda row, _: row.name),
    column.name("system.value", lambda row, context: row.value or context.texts("system.not_set")),
    column.name(
        "system.origin",
        lambda row, context: context.texts("system.default") if row.is_default else row.origin,
    ),
    column.name("system.meaning", lambda row, _: row.meaning),
)
PAGE = Page(
    "system",
    "/system",
    (
        Card("system.jobs", jobs),
        Card("system.fetching", fetching),
        Card("system.backup", backup),
        Card("system.erasing", erasing, "half"),
        Card("system.retention", retention, "half"),
        Card("system.webhooks", webhooks),
        Card("system.settings", settings),
    ),
    sliced="no",
    is_listed=False,
    check=check,
    needs_deliveries=False,
    has_history=False,
    has_files=False,
)
