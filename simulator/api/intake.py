"""Requests created by clients: from then on they are leads of the account."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from simulator.api.access import site_of_headers
from simulator.api.annotations import API_PARTY
from simulator.api.answers import data_answer
from simulator.api.bodies import digits, posted_items, text_of, texts_in
from simulator.api.dates import BadDate, read_moment
from simulator.api.intake_leads import FormContent, as_lead
from simulator.api.state import state_here
from simulator.lives.leads import Comment

intake = Blueprint("intake", __name__)

Answer = dict[str, Any]


@intake.post("/lead-service/v1/api/request/create")
def create() -> Response:
    """Each item separately: a rejected one is answered with `imported` false."""
    site_id = site_of_headers()
    account = state_here().account
    with account.lock:
        answers = [_brought_in(item, site_id) for item in posted_items("requests")]
    return data_answer({"requests": answers})


def _brought_in(item: Any, site_id: int) -> Answer:
    """The reason is in `error`: a guess."""
    brought = _read(item) if isinstance(item, dict) else "Ожидается объект"
    number = text_of(item, "requestNumber") if isinstance(item, dict) else None
    if isinstance(brought, str):
        return {"requestNumber": number, "imported": False, "error": brought}
    state = state_here()
    if state.options.refuses_known_numbers and number in state.account.request_numbers(site_id):
        return {"requestNumber": number, "imported": False, "error": "Номер уже существует"}
    lead = as_lead(state.account, site_id, brought)
    state.account.add(lead)
    state.tell(lead)
    return {"requestNumber": number or str(lead.lead_id), "imported": True}


def _read(item: Mapping[str, Any]) -> FormContent | str:
    """Or the reason for rejecting it."""
    phone, email, fio = (text_of(item, name) for name in ("phoneNumber", "email", "fio"))
    if not (phone or email or fio):
        return "Нужен phoneNumber, email или fio"
    date = text_of(item, "requestDate")
    try:
        at = read_moment(date) if date else None
    except BadDate:
        return "requestDate: ожидается dd-mm-yyyy hh:mm:ss"
    source = item.get("customSources")
    custom = source if isinstance(source, dict) else {}
    comment = item.get("comment")
    text = text_of(comment, "text") if isinstance(comment, dict) else None
    session = text_of(item, "sessionId")
    return FormContent(
        number=text_of(item, "requestNumber"),
        subject=text_of(item, "subject") or "",
        page=text_of(item, "requestUrl") or "",
        at=at,
        session_id=int(session) if session and session.isdecimal() else None,
        phone=digits(phone) if phone else None,
        email=email,
        fio=fio or "",
        comments=(Comment(API_PARTY, text),) if text else (),
        tags=texts_in(item.get("addTags"), "tag"),
        manager=text_of(item, "manager"),
        source=text_of(custom, "source"),
        medium=text_of(custom, "medium"),
    )
