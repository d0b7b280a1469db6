"""Tags, comments and managers that clients add to leads; later exports show them.

The answer for an item, the lead's id or `error`, is modelled on that for deals.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from simulator.api.access import site_of_headers
from simulator.api.account import Amendment
from simulator.api.answers import data_answer
from simulator.api.bodies import posted_items, text_of, texts_in
from simulator.api.matching import match
from simulator.api.state import state_here
from simulator.lives.leads import Call, Comment, Condition

annotations = Blueprint("annotations", __name__, url_prefix="/lead-service/v1/api")

API_PARTY = "API"
_Reader = Callable[[Mapping[str, Any]], Amendment | str]


@annotations.post("/tag/lead/add")
def add_tags() -> Response:
    return _amended("leads", _tagging)


@annotations.post("/comment/lead/add")
def add_comments() -> Response:
    return _amended("comments", _commenting)


@annotations.post("/manager/lead/add")
def add_managers() -> Response:
    return _amended("leads", _managing)


def _amended(name: str, read: _Reader) -> Response:
    """Each item separately: a failing one does not stop the others."""
    site_id = site_of_headers()
    return data_answer({name: [_one(item, site_id, read) for item in posted_items(name)]})


def _one(item: Any, site_id: int, read: _Reader) -> dict[str, Any]:
    if not isinstance(item, dict):
        return {"error": "Ожидается объект"}
    amendment = read(item)
    if isinstance(amendment, str):
        return {"error": amendment}
    account = state_here().account
    lead = match(account, site_id, item.get("matching"))
    if lead is None:
        return {"error": "Лид не найден"}
    account.amend(lead, amendment)
    return {"callId" if isinstance(lead, Call) else "requestId": lead.lead_id}


def _tagging(item: Mapping[str, Any]) -> Amendment | str:
    added, overwrites = _asked(item, "addTags", "tags", "tag")
    if not added:
        return "addTags: нет тегов"

    def amend(condition: Condition) -> Condition:
        kept = () if overwrites else condition.tags.get("api", ())
        names = tuple(dict.fromkeys((*kept, *added)))
        return replace(condition, tags={**condition.tags, "api": names})

    return amend


def _managing(item: Mapping[str, Any]) -> Amendment | str:
    """A record has room for one text, so several managers are joined (a guess)."""
    added, overwrites = _asked(item, "addManagers", "managers", "manager")
    if not added:
        return "addManagers: нет менеджеров"

    def amend(condition: Condition) -> Condition:
        kept = () if overwrites or not condition.manager else (condition.manager,)
        return replace(condition, manager=", ".join(dict.fromkeys((*kept, *added))))

    return amend


def _commenting(item: Mapping[str, Any]) -> Amendment | str:
    text = text_of(item, "addComment")
    if text is None:
        return "addComment: нет текста"
    comment = Comment(API_PARTY, text)
    return lambda condition: replace(condition, comments=(*condition.comments, comment))


def _asked(
    item: Mapping[str, Any], name: str, items: str, key: str
) -> tuple[tuple[str, ...], bool]:
    """The texts to add, and whether they replace the existing ones."""
    order = item.get(name)
    if not isinstance(order, dict):
        return (), False
    return texts_in(order.get(items), key), order.get("overwrite") is True
