"""What the web requests of one simulated API share."""

from dataclasses import dataclass, field

from flask import Flask, current_app

from receiver.simulate.api.account import Account
from receiver.simulate.api.callback_desk import CallbackDesk
from receiver.simulate.api.faults import Faults
from receiver.simulate.api.journal import Journal
from receiver.simulate.api.limit import SlidingLimit
from receiver.simulate.api.options import ApiOptions

_NAME = "simulated_calltouch"


@dataclass(frozen=True, slots=True)
class ApiState:
    account: Account
    options: ApiOptions
    limit: SlidingLimit
    callbacks: CallbackDesk
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)


def keep_state(app: Flask, state: ApiState) -> None:
    app.extensions[_NAME] = state


def state_of(app: Flask) -> ApiState:
    state = app.extensions[_NAME]
    assert isinstance(state, ApiState)
    return state


def state_here() -> ApiState:
    """Of the app that serves this web request."""
    return state_of(current_app)
