"""Rules of one's own: what is watched besides, a form for admins, and how often one would have
told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import g

from analytics.alerts.rule import COMPARES, PERIODS, AlertRule
from analytics.reports.registry import REPORTS
from dashboards.page.cards import Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.pages.alerts.desk import RuleTrial, alert_desk

_FIELDS = ("name", "report", "column", "period", "compare", "threshold", "query", "site", "quiet")


@dataclass(frozen=True, slots=True)
class RuleForm:
    """As it was posted, with what is wrong, or with how it was tried."""

    fields: Mapping[str, str]
    problem: str = ""
    trial: RuleTrial | None = None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as the list has it. `is_fixed`: it stands in calltouch.toml."""

    rule: AlertRule
    is_fixed: bool
    said: str


def rules(context: CardContext) -> Sequence[Part]:
    desk = alert_desk()
    if desk is None:
        return ()
    form: RuleForm | None = g.get("rule_form")
    lines = [RuleLine(rule, fixed, _said(rule, context)) for rule, fixed in desk.rules()]
    chosen = next((line.rule for line in lines if line.rule.name == context.options["rule"]), None)
    fields = fields_of(chosen) if chosen and form is None else (form.fields if form else {})
    values = {
        "lines": lines,
        "is_admin": context.origin == "" and context.reader.is_admin,
        "fields": fields,
        "problem": form.problem if form else "",
        "trial": form.trial if form else None,
        "days": [_day(day, context) for day in form.trial.days] if form and form.trial else [],
        "periods": PERIODS,
        "compares": COMPARES,
        "reports": [report.name for report in REPORTS],
        "told": context.options["told"] == "rule",
    }
    return (TemplatePart("parts/alert_rules.html", values),)


def fields_of(rule: AlertRule) -> dict[str, str]:
    values = {"name": rule.name, **rule.definition()}
    return {name: "" if values[name] is None else f"{values[name]}" for name in _FIELDS}


def _said(rule: AlertRule, context: CardContext) -> str:
    """In one line: overview.leads, today, below 5."""
    texts = context.texts
    bound = texts(f"alerts.compare_{rule.compare}")
    if rule.threshold is not None:
        bound = (
            f"{bound} {context.formats.number(rule.threshold, 0 if rule.threshold % 1 == 0 else 2)}"
        )
    parts = [f"{rule.report}.{rule.column}", texts(f"alerts.period_{rule.period}"), bound]
    if rule.site:
        each = texts("alerts.each_site")
        parts.append(each if rule.site == "each" else f"{texts('alerts.site')} {rule.site}")
    return ", ".join([*parts, *((rule.query,) if rule.query else ())])


def _day(day: date, context: CardContext) -> str:
    return context.formats.day(day)
