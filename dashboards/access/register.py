"""Adds access control to the pages with one call, for the application factories."""

from flask import Blueprint, Flask

from dashboards.access.gate import Gate, put_gate_before
from dashboards.access.pages import pages
from dashboards.access.refusals import handle_refusals
from dashboards.recordings.view import Recordings, listening


def attach_access(app: Flask, gate: Gate, recordings: Recordings) -> None:
    """What this application's views work with."""
    gate.attach(app)
    recordings.attach(app)


def guard(blueprint: Blueprint) -> None:
    """Everything the blueprint serves now requires a reader, except views marked `open_to_all`; it
    also serves the access pages and the recordings. The blueprint must be called `dashboards`."""
    put_gate_before(blueprint)
    handle_refusals(blueprint)
    blueprint.register_blueprint(pages)
    blueprint.register_blueprint(listening)
