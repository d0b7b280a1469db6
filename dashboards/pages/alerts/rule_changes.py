"""What admins do about rules: save, try, switch, remove. Forms that are posted, noted in the audit
before anything is changed."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for

from analytics.alerts.rule import AlertRule, BadRule, rule_of
from dashboards.access.audit import Action
from dashboards.access.gate import audit, require_admin
from dashboards.page.render import show
from dashboards.pages.alerts.desk import RULE_FAULTS, AlertDesk, RuleRefused, alert_desk
from dashboards.pages.alerts.page import PAGE
from dashboards.pages.alerts.rules import RuleForm
from dashboards.web.reader_request import current_reader_context

rule_changes = Blueprint("rule_changes", __name__)
_FIELDS = ("report", "column", "period", "compare", "threshold", "query", "site", "quiet")


@rule_changes.post(f"{PAGE.path}/rules")
def save_rule() -> Response:
    """The form has `act`: save, or try on the days before. What cannot be computed is shown again
    and not saved."""
    reader, desk, form = require_admin(), _desk(), request.form
    texts = current_reader_context().texts
    try:
        rule = _rule(form)
        if form.get("act") == "try":
            g.rule_form = RuleForm(form, trial=desk.try_rule(rule))
            return show(PAGE)
        desk.check_rule(rule)
        audit(Action.RULE_CHANGED, rule.name, "act=save")
        desk.save_rule(rule, reader.name)
    except BadRule as error:
        problem = texts("alerts.rule_bad", place=error.place, expected=error.expected)
        return _again(RuleForm(form, problem))
    except RuleRefused as error:
        fault = error.fault if error.fault in RULE_FAULTS else "failed"
        return _again(RuleForm(form, texts(f"alerts.rule_{fault}", detail=error.detail)))
    return _told()


@rule_changes.post(f"{PAGE.path}/rules/<name>")
def change_rule(name: str) -> Response:
    """The form has `act`: on, off or remove."""
    reader, desk, act = require_admin(), _desk(), request.form.get("act")
    rule = next((rule for rule, is_fixed in desk.rules() if rule.name == name), None)
    if rule is None:
        abort(HTTPStatus.NOT_FOUND)
    if act not in ("on", "off", "remove"):
        abort(HTTPStatus.BAD_REQUEST)
    audit(Action.RULE_CHANGED, name, f"act={act}")
    try:
        if act == "remove":
            desk.remove_rule(name)
        else:
            desk.save_rule(replace(rule, is_on=act == "on"), reader.name)
    except RuleRefused:
        abort(HTTPStatus.CONFLICT)
    return _told()


def _rule(form: Mapping[str, str]) -> AlertRule:
    """Raises `BadRule`."""
    values = {name: form[name].strip() for name in _FIELDS if form.get(name, "").strip()}
    return rule_of(form.get("name", "").strip(), values)


def _desk() -> AlertDesk:
    desk = alert_desk()
    if desk is None:
        abort(HTTPStatus.NOT_FOUND)
    return desk


def _again(form: RuleForm) -> Response:
    g.rule_form = form
    response = show(PAGE)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return response


def _told() -> Response:
    address = url_for(f"dashboards.{PAGE.name}", told="rule", _anchor="rules")
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))
