"""Calltouch's API over the simulated world: the exports and the methods that clients post to."""

from receiver.simulate.api.app import create_api
from receiver.simulate.api.options import ApiOptions, CallbackRules
from receiver.simulate.api.server import Served, serving

__all__ = ["ApiOptions", "CallbackRules", "Served", "create_api", "serving"]
