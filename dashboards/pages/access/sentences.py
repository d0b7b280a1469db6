"""The access log in words."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl

from analytics.reports.filters import UnknownFilter
from analytics.reports.registry import UnknownReport, report_named
from dashboards.access.audit import Action, AuditEntry
from dashboards.access.grants import grant_stored
from dashboards.access.roles import Role
from dashboards.page.choices import condition_text, value_text
from dashboards.pages.access.wording import ROLES, sees_text
from dashboards.slice.conditions import GROUPS, condition_in
from dashboards.slice.period import Period
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts, catalogue

GROUPED: Mapping[str, tuple[Action, ...]] = {
    "personal": (Action.SHOWN, Action.EXPORTED, Action.RECORDING, Action.FILE_TAKEN),
    "access": (
        *(Action.USER_ADDED, Action.USER_REMOVED, Action.PASSWORD_CHANGED, Action.ROLE_CHANGED),
        *(Action.LINK_MADE, Action.SESSION_ENDED, Action.SESSIONS_ENDED),
        *(Action.TOKEN_CREATED, Action.TOKEN_REVOKED),
    ),
    "signing_in": (Action.SIGNED_IN, Action.SIGN_IN_REFUSED, Action.SIGNED_OUT),
    "work": (
        *(Action.DECIDED, Action.REPLAYED, Action.FLOW_MADE, Action.FLOW_EDITED),
        *(Action.FLOW_STARTED, Action.FLOW_STOPPED, Action.FLOW_KEY_REPLACED),
        *(Action.CALENDAR_CHANGED, Action.NOTE_ADDED, Action.NOTE_REMOVED, Action.ALERT_TESTED),
        *(Action.RULE_CHANGED, Action.JOB_STARTED, Action.JOB_STOPPED, Action.PERSON_ERASED),
        Action.SQL_RUN,
    ),
    "sharing": (
        *(Action.VIEW_SAVED, Action.VIEW_DELETED),
        *(Action.GUEST_LINK_MADE, Action.GUEST_LINK_REVOKED, Action.GUEST_OPENED),
        *(Action.SCHEDULE_MADE, Action.SCHEDULE_CHANGED, Action.SCHEDULE_SENT),
        Action.SCHEDULE_DELETED,
    ),
}
"""What the log can be filtered by; actions that are in no group are found among all."""
ACTIONS: Mapping[Action, str] = {
    Action.SHOWN: "audit.shown",
    Action.EXPORTED: "audit.exported",
    Action.RECORDING: "audit.recording",
    Action.FILE_TAKEN: "audit.file_taken",
    Action.SIGNED_IN: "audit.signed_in",
    Action.SIGN_IN_REFUSED: "audit.sign_in_refused",
    Action.SIGNED_OUT: "audit.signed_out",
    Action.DECIDED: "audit.decided",
    Action.REPLAYED: "audit.replayed",
    Action.USER_ADDED: "audit.user_added",
    Action.USER_REMOVED: "audit.user_removed",
    Action.PASSWORD_CHANGED: "audit.password_changed",
    Action.LINK_MADE: "audit.link_made",
    Action.SESSION_ENDED: "audit.session_ended",
    Action.SESSIONS_ENDED: "audit.sessions_ended",
    Action.ROLE_CHANGED: "audit.role_changed",
    Action.TOKEN_CREATED: "audit.token_created",
    Action.TOKEN_REVOKED: "audit.token_revoked",
    Action.FLOW_MADE: "audit.flow_made",
    Action.FLOW_EDITED: "audit.flow_edited",
    Action.FLOW_STARTED: "audit.flow_started",
    Action.FLOW_STOPPED: "audit.flow_stopped",
    Action.FLOW_KEY_REPLACED: "audit.flow_key_replaced",
    Action.CALENDAR_CHANGED: "audit.calendar_changed",
    Action.VIEW_SAVED: "audit.view_saved",
    Action.VIEW_DELETED: "audit.view_deleted",
    Action.GUEST_LINK_MADE: "audit.guest_link_made",
    Action.GUEST_LINK_REVOKED: "audit.guest_link_revoked",
    Action.GUEST_OPENED: "audit.guest_opened",
    Action.SCHEDULE_MADE: "audit.schedule_made",
    Action.SCHEDULE_CHANGED: "audit.schedule_changed",
    Action.SCHEDULE_SENT: "audit.schedule_sent",
    Action.SCHEDULE_DELETED: "audit.schedule_deleted",
    Action.NOTE_ADDED: "audit.note_added",
    Action.NOTE_REMOVED: "audit.note_removed",
    Action.ALERT_TESTED: "audit.alert_tested",
    Action.RULE_CHANGED: "audit.rule_changed",
    Action.JOB_STARTED: "audit.job_started",
    Action.JOB_STOPPED: "audit.job_stopped",
    Action.PERSON_ERASED: "audit.person_erased",
    Action.SQL_RUN: "audit.sql_run",
}
"""What is said of each."""
_GIVING = (Action.USER_ADDED, Action.ROLE_CHANGED, Action.TOKEN_CREATED)
_OTHERS = {
    "audit": "access.audit",
    "operation": "audit.of_operation",
    "flow_trial": "audit.of_flow_trial",
    "flow_rehearsal": "audit.of_flow_rehearsal",
}
"""What is shown and is no report."""
_PLACES = ("limit", "skip", "top", "sort", "after_at", "after_type", "after_id")
"""Of the part of a list that was shown: nobody asks the log for it."""
_SEEING = (Action.SHOWN, Action.EXPORTED)


def sentence_of(entry: AuditEntry, formats: Formats) -> str:
    """What was done, without who did it."""
    texts = formats.texts
    if entry.action in _SEEING:
        said = _seen(entry, formats)
    elif entry.action is Action.RECORDING:
        return texts("audit.recording", call=dict(parse_qsl(entry.query)).get("lead_id", ""))
    elif entry.action in (Action.DECIDED, Action.REPLAYED):
        given = dict(parse_qsl(entry.query))
        about = given.get("operation_id", given.get("flow", ""))
        said = texts(ACTIONS[entry.action], about=about).rstrip(": ")
    elif entry.action is Action.PERSON_ERASED:
        said = texts(ACTIONS[entry.action], about=dict(parse_qsl(entry.query)).get("act", ""))
    elif entry.action is Action.SQL_RUN:
        said = _sql(entry, texts)
    elif entry.action is Action.JOB_STARTED:
        said = _job(entry, texts)
    elif entry.action in _GIVING and entry.query:
        said = texts(ACTIONS[entry.action], about=entry.report)
        said = f"{said}: {_given(entry.query, texts)}"
    else:
        said = texts(ACTIONS[entry.action], about=entry.report)
    if entry.rows is None or entry.action is Action.DECIDED:
        return said
    counted = "leads" if entry.action is Action.PERSON_ERASED else "rows"
    return f"{said} — {formats.count(counted, entry.rows)}"


def _sql(entry: AuditEntry, texts: Texts) -> str:
    """The statement, and what became of it."""
    key = f"audit.sql_{entry.report}"
    outcome = texts(key) if key in catalogue() else entry.report
    sql = dict(parse_qsl(entry.query)).get("sql", "")
    return texts(ACTIONS[entry.action], outcome=outcome, sql=sql)


def _job(entry: AuditEntry, texts: Texts) -> str:
    """What was started, and about which days, sites or lead."""
    key = f"system.{entry.report}"
    about = texts(key) if key in catalogue() else entry.report
    values = ", ".join(value for _, value in parse_qsl(entry.query))
    said = texts(ACTIONS[entry.action], about=about)
    return f"{said} ({values})" if values else said


def role_text(role: str, texts: Texts) -> str:
    return texts(ROLES[Role(role)]) if role in set(Role) else ""


def _seen(entry: AuditEntry, formats: Formats) -> str:
    texts = formats.texts
    pairs = parse_qsl(entry.query, keep_blank_values=True)
    given = dict(pairs)
    of_lead = "lead_id" in given and "lead_type" in given
    lead = f"audit.{given['lead_type']}" if of_lead else ""
    if lead in ("audit.call", "audit.request"):
        part = texts(f"audit.of_{entry.report}")
        what = texts("audit.part_of_lead", part=part, lead=texts(lead, id=given["lead_id"]))
    else:
        what = ", ".join([_report(entry.report, texts), *_circumstances(pairs, formats)])
    return texts(ACTIONS[entry.action], what=what)


def _report(name: str, texts: Texts) -> str:
    """A report by the page that it is on."""
    if name in _OTHERS:
        return texts(_OTHERS[name])
    try:
        page = report_named(name).page
    except UnknownReport:
        return name
    return texts("audit.report", page=texts(f"{page}.title"), name=name)


def _circumstances(pairs: list[tuple[str, str]], formats: Formats) -> list[str]:
    """The days, the conditions, and whatever else was asked."""
    texts, given = formats.texts, dict(pairs)
    told = []
    try:
        days = Period(date.fromisoformat(given["from"]), date.fromisoformat(given["to"]))
        told.append(formats.days(days))
        pairs = [(name, value) for name, value in pairs if name not in ("from", "to")]
    except (KeyError, ValueError):
        pass
    named = ((name, value) for name, value in pairs if name not in _PLACES)
    return [*told, *(_condition(name, value, texts) for name, value in named)]


def _condition(name: str, value: str, texts: Texts) -> str:
    key = condition_in(name, ("", *GROUPS))
    if key is None:
        return _parameter(name, value, texts)
    try:
        said = condition_text(key, value, texts), value_text(key, value, texts)
    except (KeyError, UnknownFilter):
        return f"{name}={value}"
    return " ".join(said).strip()


def _parameter(name: str, value: str, texts: Texts) -> str:
    if name == "columns":
        return texts("audit.columns", columns=value.replace(",", ", "))
    if name == "period" and f"slice.{value}" in catalogue():
        return texts(f"slice.{value}")
    return f"{name}={value}"


def _given(query: str, texts: Texts) -> str:
    given = dict(parse_qsl(query, keep_blank_values=True))
    grant = grant_stored(given["role"], given.get("sites"), given.get("manager"))
    return f"{texts(ROLES[grant.role])}, {sees_text(grant, texts)}"
