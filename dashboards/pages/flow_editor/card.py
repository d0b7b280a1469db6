"""The card of the page of flows that leads to the editor."""

from collections.abc import Sequence

from dashboards.page.cards import Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.pages.flow_editor.desk import attached_flow_editor


def definitions(context: CardContext) -> Sequence[Part]:
    """For those who may see definitions; not in a file that somebody takes along."""
    desk = attached_flow_editor()
    if desk is None or context.origin != "" or not context.reader.sees_personal:
        return ()
    listed = {"definitions": desk.definitions(), "is_admin": context.reader.is_admin}
    return (TemplatePart("flow_editor/list.html", listed),)
