"""Access, added to the pages: one call for those who put an application together."""

from flask import Blueprint

from dashboards.access.gate import put_gate_before
from dashboards.access.pages import pages
from dashboards.access.refusals import handle_refusals


def guard(blueprint: Blueprint) -> None:
    """Everything the blueprint serves needs a reader now, except what is `open_to_all`; it serves
    the pages about access too. The blueprint must be called `dashboards`."""
    put_gate_before(blueprint)
    handle_refusals(blueprint)
    blueprint.register_blueprint(pages)
