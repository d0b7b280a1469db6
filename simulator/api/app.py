"""The API as a Flask application: what every request goes through before it is answered."""

import time

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from simulator.api import answers
from simulator.api.account import Account
from simulator.api.annotations import annotations
from simulator.api.callback_desk import CallbackDesk
from simulator.api.callbacks import callbacks
from simulator.api.control import PREFIX, control
from simulator.api.counts import counts
from simulator.api.exports import exports
from simulator.api.faults import CLOSED, change_of, cut_connection, strike
from simulator.api.intake import intake
from simulator.api.journal import JournalEntry, masked
from simulator.api.limit import SlidingLimit
from simulator.api.options import ApiOptions
from simulator.api.recordings import recordings
from simulator.api.state import ApiState, keep_state, state_here
from simulator.webhooks.outlet import TellLead
from simulator.world import World


def create_api(
    world: World, options: ApiOptions | None = None, tell: TellLead = lambda lead: None
) -> Flask:
    """Calltouch's API for a world whose leads are all held in memory. `tell`: of those that clients
    create."""
    chosen = options or ApiOptions()
    account = Account(world.make_sites(), world, chosen.at, chosen.shows_untold_orders)
    limit = SlidingLimit(chosen.per_second, chosen.limit_seconds)
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    desk = CallbackDesk(chosen.callbacks)
    keep_state(app, ApiState(account, chosen, limit, desk, tell=tell))
    for blueprint in (exports, recordings, counts, annotations, intake, callbacks, control):
        app.register_blueprint(blueprint)
    app.get(answers.HELP_PATH)(_help_page)
    app.before_request(_receive)
    app.after_request(_note)
    app.register_error_handler(answers.Refusal, _refuse)
    app.register_error_handler(404, _unknown_path)
    return app


def _help_page() -> Response:
    return answers.html_page("Справочный центр")


def _refuse(refusal: answers.Refusal) -> Response:
    return refusal.answer


def _unknown_path(error: HTTPException) -> Response:
    return answers.to_the_help_page()


def _is_control() -> bool:
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def _receive() -> Response | None:
    """The limit comes first, then an ordered fault, then the answer."""
    if _is_control():
        return None
    g.arrived_at = time.monotonic()
    # An unread body would make the kernel reset the connection and lose the answer.
    request.get_data()
    state = state_here()
    if not state.limit.admits(request.remote_addr or "", g.arrived_at):
        return answers.too_many_requests(state.options.retry_after)
    time.sleep(state.options.latency)
    fault = state.faults.take(request.path)
    if fault is None:
        return None
    g.fault = fault.kind
    return strike(fault)


def _note(answer: Response) -> Response:
    if _is_control():
        return answer
    _stamp(answer)
    fault = g.get("fault")
    entry = JournalEntry(
        at=g.arrived_at,
        address=request.remote_addr or "",
        method=request.method,
        path=request.path,
        query=masked(request.args.items()),
        status=0 if fault == CLOSED else answer.status_code,
        fault=fault,
        fetched=g.get("fetched"),
    )
    state_here().journal.add(entry)
    if fault == CLOSED:
        cut_connection()
    return answer


def _stamp(answer: Response) -> None:
    """By the API's clock. The server drops an empty header."""
    change = change_of("date")
    if change is not None:
        answer.headers["Date"] = change.message
    else:
        answer.headers["Date"] = http_date(time.time() + state_here().options.date_skew)
