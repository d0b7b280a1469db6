"""Calltouch's API for the simulated world: the exports and the methods clients post to."""

from simulator.api.app import create_api
from simulator.api.options import ApiOptions, CallbackRules
from simulator.api.server import RunningApi, serving

__all__ = ["ApiOptions", "CallbackRules", "RunningApi", "create_api", "serving"]
