"""Adds access control to the pages with one call, for the application factories."""

from flask import Blueprint

from dashboards.access.gate import put_gate_before
from dashboards.access.pages import pages
from dashboards.access.refusals import handle_refusals


def guard(blueprint: Blueprint) -> None:
    """Everything the blueprint serves now requires a reader, except views marked `open_to_all`; it
    also serves the access pages. The blueprint must be called `dashboards`."""
    put_gate_before(blueprint)
    handle_refusals(blueprint)
    blueprint.register_blueprint(pages)
