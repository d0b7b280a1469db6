"""State shared by the requests of one simulated API."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

from simulator.api.account import LEAD_TYPES, Account, LeadType
from simulator.api.callback_desk import CallbackDesk
from simulator.api.faults import ApiFaults
from simulator.api.journal import Journal
from simulator.api.limit import SlidingLimit
from simulator.api.options import ApiOptions
from simulator.webhooks.outlet import TellLead

_NAME = "simulated_calltouch"


@dataclass(frozen=True, slots=True)
class ApiState:
    """`oddities`: extra records that the exports answer after those of the account. `tell`: of
    leads that clients create."""

    account: Account
    options: ApiOptions
    limit: SlidingLimit
    callbacks: CallbackDesk
    faults: ApiFaults = field(default_factory=ApiFaults)
    journal: Journal = field(default_factory=Journal)
    oddities: dict[LeadType, list[Any]] = field(
        default_factory=lambda: {lead_type: [] for lead_type in LEAD_TYPES}
    )
    tell: TellLead = lambda lead: None


def keep_state(app: Flask, state: ApiState) -> None:
    app.extensions[_NAME] = state


def state_of(app: Flask) -> ApiState:
    state = app.extensions[_NAME]
    assert isinstance(state, ApiState)
    return state


def state_here() -> ApiState:
    """State of the app serving the current request."""
    return state_of(current_app)
