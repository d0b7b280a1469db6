"""Access, added to the pages: one call for those who put an application together."""

from flask import Blueprint, Flask

from dashboards.access.gate import Gate, put_gate_before
from dashboards.access.pages import pages
from dashboards.access.refusals import handle_refusals
from dashboards.recordings.view import Recordings, listening


def attach_access(app: Flask, gate: Gate, recordings: Recordings) -> None:
    """What the views of this application work with."""
    gate.attach(app)
    recordings.attach(app)


def guard(blueprint: Blueprint) -> None:
    """Everything the blueprint serves wants a reader now, but for what is `open_to_all`; it serves
    the pages about access and the recordings too. The blueprint must be called `dashboards`."""
    put_gate_before(blueprint)
    handle_refusals(blueprint)
    blueprint.register_blueprint(pages)
    blueprint.register_blueprint(listening)
