"""Answers to readers without access: a page for people, JSON for programs."""

import logging
import sqlite3

from flask import Blueprint, Response, jsonify, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from dashboards.access.sign_in.attempts import TooManyAttempts
from dashboards.access.web_request import here, wants_json
from dashboards.web.reader_request import current_reader_context, render

log = logging.getLogger(__name__)


class SignInFirst(Exception):
    """Nobody has signed in."""


class NotSetUp(Exception):
    """Nobody can sign in: there are no users yet."""


class BadToken(Exception):
    """Unknown or revoked token."""


class BadForm(Exception):
    """The form is not ours or from another session; another site may have sent it."""


class NotAllowed(Exception):
    """The reader's role is not sufficient."""


class LinkUsed(Exception):
    """A one-time link that has been used, replaced or has expired."""


def handle_refusals(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(SignInFirst, sign_in_first)
    blueprint.register_error_handler(NotSetUp, not_set_up)
    blueprint.register_error_handler(BadToken, bad_token)
    blueprint.register_error_handler(BadForm, bad_form)
    blueprint.register_error_handler(NotAllowed, not_allowed)
    blueprint.register_error_handler(LinkUsed, link_used)
    blueprint.register_error_handler(TooManyAttempts, too_many_attempts)
    blueprint.register_error_handler(sqlite3.Error, cannot_be_noted)


def sign_in_first(error: SignInFirst) -> ResponseReturnValue:
    if wants_json():
        return _unauthorized("sign in, or send the header Authorization: Bearer <token>")
    return redirect(url_for("dashboards.access.show_sign_in", next=here()))


def not_set_up(error: NotSetUp) -> Response:
    """A page that only explains how to proceed; a state, not a failure, so the status is 200."""
    if wants_json():
        return refuse_program(403, "no user exists yet: use the link printed by calltouch serve")
    return make_response(render("access/not_set_up.html", current_reader_context()))


def bad_token(error: BadToken) -> Response:
    return _unauthorized("unknown token")


def bad_form(error: BadForm) -> Response:
    return refuse(400, "refused.form_title", "refused.form", "the form token is missing or wrong")


def not_allowed(error: NotAllowed) -> Response:
    return refuse(403, "refused.role_title", "refused.role", "your role does not allow this")


def link_used(error: LinkUsed) -> Response:
    return refuse(404, "refused.link_title", "refused.link", "this link is no longer valid")


def too_many_attempts(error: TooManyAttempts) -> Response:
    reader_context = current_reader_context()
    problem = reader_context.texts("sign_in.too_many", seconds=error.seconds)
    response = make_response(render("access/sign_in.html", reader_context, problem=problem), 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def cannot_be_noted(error: sqlite3.Error) -> Response:
    """Without users, sessions and access log, nothing is shown."""
    log.error("state.sqlite cannot be used: %s", error)
    english = "users and access log cannot be read or written; run calltouch doctor"
    return refuse(503, "refused.state_title", "refused.state", english)


def refuse(status: int, title: str, text: str, in_english: str) -> Response:
    """`title`, `text`: catalogue keys, for a page. `in_english`: for programs."""
    if wants_json():
        return refuse_program(status, in_english)
    reader_context = current_reader_context()
    page = render(
        "problem.html",
        reader_context,
        title=reader_context.texts(title),
        text=reader_context.texts(text),
    )
    return make_response(page, status)


def refuse_program(status: int, reason: str) -> Response:
    return make_response(jsonify(error=reason), status)


def _unauthorized(reason: str) -> Response:
    response = refuse_program(401, reason)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
