"""How Calltouch's webhooks describe a lead: which parameters and texts, and how “nothing” is sent.

There are several ways: a parameter may be omitted, empty, `null` or `undefined`, or one of two
Russian phrases in angle brackets. Calltouch's webhook documentation says which; the rest is as
observed, or marked here as a guess.
"""

from simulator.lives.leads import Call, CallEnding, Condition, Lead, OfflineSource, Request, Touch
from simulator.market.people import Person
from simulator.market.rhythm import local_text
from simulator.market.traffic import Traffic
from simulator.webhooks.template import UTM, Items, Params, Text, arrange

NO_UTM_AT_ALL = "<не указано>"
THIS_UTM_IS_MISSING = "<не заполнено>"
NULL = "null"

_PHASE = {False: "callconnected", True: "calldisconnected"}
_TARGET = {False: "non-target", True: "target"}
_UNIQUE_TARGET = {False: "non-uniqtarget", True: "uniqtarget"}
_BOOLEAN = {False: "false", True: "true"}

_TALKED, _DID_NOT_TALK = "Соединение состоялось.", "Соединение не состоялось."
_HUNG_UP = "Разъединение пришло со стороны"
# The first was observed; the others are guesses based on it.
_STATUS_DETAILS = {
    CallEnding.CALLER_HUNG_UP: f"{_TALKED} {_HUNG_UP} вызывающего абонента",
    CallEnding.CALLEE_HUNG_UP: f"{_TALKED} {_HUNG_UP} вызываемого абонента",
    CallEnding.CALLER_GAVE_UP: f"{_DID_NOT_TALK} Вызывающий абонент положил трубку до ответа",
    CallEnding.NO_ANSWER: f"{_DID_NOT_TALK} Вызываемый абонент не отвечает",
    CallEnding.BUSY: f"{_DID_NOT_TALK} Вызываемый абонент занят",
    CallEnding.UNREACHABLE: f"{_DID_NOT_TALK} Номер переадресации недоступен",
}

_CALL_TAGS = ("auto_pr", "auto_af", "auto_gr", "auto_ct", "auto_pn", "manual", "api")
_TAGS_AT_START = ("auto_pn", "api")
_REQUEST_TAGS = ("auto_gr", "auto_ct", "auto_pn", "manual", "api", "request")

Said = dict[str, Text | Items]


def settled(lead: Lead, model: int) -> Said:
    """What all sendings about the lead share, under that attribution model."""
    params: Said = {
        "attribution": str(model),
        "siteId": str(lead.site.site_id),
        "siteName": lead.site.business.domain,
        "attrs": "{}",
    }
    params.update(_touch(lead, lead.touch(model)))
    if isinstance(lead, Call):
        params.update(_call(lead))
    elif isinstance(lead, Request):
        params.update(_request(lead))
    return params


def worded(lead: Lead, condition: Condition, settled_part: Said, sending: Said) -> Params:
    """All parameters of a lead in that state, in order; `sending`: of the sending itself."""
    changing = _call_now(lead, condition) if isinstance(lead, Call) else _request_now(condition)
    return arrange({**settled_part, **changing, **sending})


def has_recording(condition: Condition) -> bool:
    """No conversation, no recording: a guess, supported by the start having no link."""
    return condition.talk is not None and condition.talk.duration > 0


def _call(call: Call) -> Said:
    params: Said = {
        "leadtype": "call",
        "id": str(call.lead_id),
        "ctCallerId": call.person.ct_caller_id,
        "callerphone": call.person.phone,
        "phonenumber": call.phone_number,
        "subPoolName": call.sub_pool or NULL,
        "calltime": local_text(call.happened_at),
        "timestamp": str(call.happened_at),
        "unique": _BOOLEAN[call.is_unique],
        "callback": "callback" if call.callback else "non-callback",
        "worktime": "worktime" if call.is_worktime else "non-worktime",
        "pool": call.pool or NULL,
        "callReferenceNumber": call.reference,
    }
    if call.callback:
        params["callback_request_id"] = str(call.callback.request_id)
    if call.page:
        params["callUrl"] = call.page
    return params


def _request(request: Request) -> Said:
    params: Said = {
        "leadtype": "request",
        "requestId": str(request.lead_id),
        "requestNumber": request.number or str(request.lead_id),
        "subject": request.form.name,
        "fio": request.fio,
        "requestDate": local_text(request.happened_at),
        "uniquerequest": _BOOLEAN[request.is_unique],
        "targetrequest": _TARGET[request.is_target],
        "uniqtargetrequest": _UNIQUE_TARGET[request.is_unique_target],
        "requestUrl": request.page,
    }
    # Omitting fields not filled in is observed for the e-mail only.
    if request.phone:
        params["callerphone"] = request.phone
    if request.email:
        params["email"] = request.email
    return params


def _touch(lead: Lead, touch: Touch) -> Said:
    if isinstance(touch, OfflineSource):
        return _offline(touch)
    person, site = lead.person, lead.site
    return {
        **_traffic(touch.traffic),
        "gcid": person.google_client_id if site.has_google else "",
        "yaClientId": person.yandex_client_id,
        "sessionId": str(touch.session_id),
        "ctClientId": person.ct_client_id,
        "ctGlobalId": person.ct_global_id if site.has_global_id else NULL,
        "hostname": site.business.domain,
        "ip": touch.ip,
        **_device(person),
    }


def _device(person: Person) -> Said:
    return {
        "city": person.city,
        "browser": person.device.browser,
        "os": person.device.os,
        "device": person.device.kind,
        "userAgent": person.device.user_agent,
    }


def _traffic(traffic: Traffic) -> Said:
    params: Said = {
        "source": traffic.source,
        "medium": traffic.medium,
        "url": traffic.url,
        "ref": traffic.ref,
    }
    for position, name in enumerate(UTM):
        if traffic.utm is None:
            params[name] = NO_UTM_AT_ALL
        else:
            params[name] = traffic.utm[position] or THIS_UTM_IS_MISSING
    if traffic.url_params:
        params["add_url_params"] = tuple(
            (("name", name), ("value", value)) for name, value in traffic.url_params
        )
    return params


def _offline(offline: OfflineSource) -> Said:
    """Without a session. Documented as "empty" for most; `null` for the ids is a guess."""
    empty = ("gcid", "yaClientId", "hostname", "url", "ref", "city", "browser", "os", "device")
    return {
        "source": offline.source,
        "medium": offline.medium or NO_UTM_AT_ALL,
        **dict.fromkeys(UTM, NO_UTM_AT_ALL),
        **dict.fromkeys((*empty, "ip", "userAgent"), ""),
        **dict.fromkeys(("sessionId", "ctClientId", "ctGlobalId"), NULL),
    }


def _call_now(call: Call, condition: Condition) -> Said:
    talk = condition.talk
    params: Said = {"callphase": _PHASE[talk is not None], "redirectNumber": "undefined"}
    if call.callback:
        # Its texts are a guess: Calltouch's API has a boolean here.
        params["callback_final_attempt"] = _BOOLEAN[talk is not None and talk.is_final_attempt]
    if talk is None:
        return params | _tags(condition, _TAGS_AT_START)
    params["redirectNumber"] = talk.redirect_number or "undefined"
    params["duration"] = str(talk.duration)
    params["waiting_time"] = str(talk.waiting)
    params["status"] = "successful" if condition.is_successful else "unsuccessful"
    params["statusDetails"] = _STATUS_DETAILS[talk.ending]
    params["targetcall"] = _TARGET[talk.is_target]
    params["uniqtargetcall"] = _UNIQUE_TARGET[talk.is_unique_target]
    params["sip_call_id"] = talk.sip_call_id
    params["spam"] = _BOOLEAN[condition.is_spam]
    params["text"] = _phrases(condition)
    return params | _by_people(condition) | _tags(condition, _CALL_TAGS)


def _request_now(condition: Condition) -> Said:
    return _by_people(condition) | _tags(condition, _REQUEST_TAGS)


def _by_people(condition: Condition) -> Said:
    params: Said = {
        "rating": str(condition.rating),
        "orderId": NULL if condition.order_id is None else str(condition.order_id),
        "manager": condition.manager or NULL,
    }
    if condition.comments:
        params["comment"] = tuple(
            (("party", comment.party), ("comment", comment.text)) for comment in condition.comments
        )
    return params


def _tags(condition: Condition, categories: tuple[str, ...]) -> Said:
    """How several tags are joined is a guess: like the names in `changedFields`."""
    return {f"tags_{c}": ",".join(condition.tags.get(c, ())) or NULL for c in categories}


def _phrases(condition: Condition) -> Text | Items:
    if not condition.phrases:
        return NULL
    channel = {True: "operator", False: "client"}
    return tuple(
        (("channel", channel[phrase.is_by_operator]), ("phrase", phrase.text))
        for phrase in condition.phrases
    )
