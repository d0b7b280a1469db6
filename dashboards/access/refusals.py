"""What is answered to those who may not, or not yet: a page to people, JSON to programs."""

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
    """Nobody could: there is no user yet."""


class BadToken(Exception):
    """No token of ours, or one that was revoked."""


class BadForm(Exception):
    """The form is not ours, or from another session: another site may have sent it."""


class NotAllowed(Exception):
    """The role of the reader does not go so far."""


class LinkUsed(Exception):
    """A link that works once has been used, has been replaced by a newer one, or is too old."""


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
    """A page of nothing but how to go on; it is a state, not a failure: the status is 200."""
    if wants_json():
        return refuse_program(403, "no user has been set up yet: use the link that serve printed")
    return make_response(render("access/not_set_up.html", current_reader_context()))


def bad_token(error: BadToken) -> Response:
    return _unauthorized("this token is not known")


def bad_form(error: BadForm) -> Response:
    return refuse(400, "refused.form_title", "refused.form", "the form token is missing or wrong")


def not_allowed(error: NotAllowed) -> Response:
    return refuse(403, "refused.role_title", "refused.role", "your role does not allow this")


def link_used(error: LinkUsed) -> Response:
    return refuse(404, "refused.link_title", "refused.link", "this link works no more")


def too_many_attempts(error: TooManyAttempts) -> Response:
    reader_context = current_reader_context()
    problem = reader_context.texts("sign_in.too_many", seconds=error.seconds)
    response = make_response(render("access/sign_in.html", reader_context, problem=problem), 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def cannot_be_noted(error: sqlite3.Error) -> Response:
    """Without users, sessions and audit nothing is shown."""
    log.error("state.sqlite cannot be used: %s", error)
    english = "users and audit cannot be read or written; calltouch doctor says more"
    return refuse(503, "refused.state_title", "refused.state", english)


def refuse(status: int, title: str, text: str, in_english: str) -> Response:
    """`title`, `text`: keys of the catalogue, for a page. `in_english`: for programs."""
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
