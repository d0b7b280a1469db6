"""A call as a record of the calls export: names, order, types."""

from typing import Any

from simulator.api import lists
from simulator.api.dates import uneven_moment_text
from simulator.api.sighting import Sighting, sighting
from simulator.api.wanted import RecordOptions
from simulator.lives.leads import Call, CallEnding, Condition
from simulator.webhooks.configured import LAST_NON_DIRECT

Record = dict[str, Any]

_TALKED, _DID_NOT_TALK = "Connection succeeded.", "Connection failed."
# The second was observed; the others are guesses based on it.
_STATUS_DETAILS = {
    CallEnding.CALLER_HUNG_UP: f"{_TALKED} Disconnection came from the calling party",
    CallEnding.CALLEE_HUNG_UP: f"{_TALKED} Disconnection came from the called party",
    CallEnding.CALLER_GAVE_UP: f"{_DID_NOT_TALK} The calling party hung up before the answer",
    CallEnding.NO_ANSWER: f"{_DID_NOT_TALK} The called party does not answer",
    CallEnding.BUSY: f"{_DID_NOT_TALK} The called party is busy",
    CallEnding.UNREACHABLE: f"{_DID_NOT_TALK} The redirect number is unavailable",
}


def call_record(call: Call, condition: Condition, wanted: RecordOptions | None = None) -> Record:
    """The call in that state. What is not known before its end is null until then (a guess)."""
    asked = wanted or RecordOptions()
    model = LAST_NON_DIRECT if asked.model is None else asked.model
    seen = sighting(call, model)
    return {
        "callId": call.lead_id,
        "callphase": "callconnected" if condition.talk is None else "calldisconnected",
        "attribution": model,
        "callTags": lists.tags(condition.tags) if asked.tags else None,
        "date": uneven_moment_text(call.happened_at, call.lead_id),
        **_course(call, condition),
        **_traffic(call, seen),
        **_technical(call, condition, seen),
        **_additions(call, condition, seen, asked),
        **_surroundings(call, condition, seen, asked),
        **({"poolType": call.pool, "customFields": []} if asked.newer_fields else {}),
    }


def _course(call: Call, condition: Condition) -> Record:
    talk = condition.talk
    return {
        "duration": talk and talk.duration,
        "callerNumber": call.person.phone,
        "redirectNumber": talk and talk.redirect_number,
        "phoneNumber": call.phone_number,
        "manager": condition.manager,
        "successful": talk and condition.is_successful,
        "uniqueCall": call.is_unique,
        "targetCall": talk and talk.is_target,
        "uniqTargetCall": talk and talk.is_unique_target,
        "callbackCall": call.callback is not None,
    }


def _traffic(call: Call, seen: Sighting) -> Record:
    return {
        "city": seen.city,
        "source": seen.source,
        "medium": seen.medium,
        "keyword": seen.keyword,
        "url": seen.url,
        "callUrl": call.page,
        "ref": seen.ref,
        "hostname": seen.hostname,
        **seen.utm,
        "sessionId": seen.session_id,
        "ctCallerId": call.person.ct_caller_id,
        "clientId": seen.google_client_id,
        "yaClientId": seen.yandex_client_id,
    }


def _technical(call: Call, condition: Condition, seen: Sighting) -> Record:
    talk = condition.talk
    return {
        "sipCallId": talk and talk.sip_call_id,
        "userAgent": seen.device.user_agent,
        "ip": seen.ip,
        "waitingConnect": talk and talk.waiting,
        "callReferenceId": call.reference,
    }


def _additions(call: Call, condition: Condition, seen: Sighting, asked: RecordOptions) -> Record:
    comments = lists.comments(call.lead_id, "callId", condition.comments)
    return {
        "mapVisits": None,
        "attrs": {} if asked.attrs else None,
        "comments": comments if asked.comments else None,
        "phrases": lists.phrases(condition.phrases) if asked.text else None,
        "additionalTags": seen.additional,
        "callClientUniqueId": None,
    }


def _surroundings(call: Call, condition: Condition, seen: Sighting, asked: RecordOptions) -> Record:
    talk = condition.talk
    return {
        "device": seen.device.kind,
        "os": seen.device.os,
        "browser": seen.device.browser,
        "timestamp": call.happened_at,
        "sessionDate": seen.session_date,
        "orders": lists.call_orders(call, condition.order_id) if asked.orders else [],
        "order": None,
        "yandexDirect": None,
        "googleAdWords": None,
        "siteId": call.site.site_id,
        "siteName": call.site.business.domain,
        "callbackInfo": _callback_info(call, condition) if asked.callback_info else None,
        "ctClientId": seen.ct_client_id,
        "dcm": None,
        "phonesInText": None,
        "ctGlobalId": seen.ct_global_id,
        "subPoolName": call.sub_pool,
        "statusDetails": talk and _STATUS_DETAILS[talk.ending],
    }


def _callback_info(call: Call, condition: Condition) -> Record | None:
    if call.callback is None:
        return None
    return {
        "callbackRequestId": call.callback.request_id,
        "callbackFinalAttempt": condition.talk is not None and condition.talk.is_final_attempt,
        "fields": [{"name": "Имя", "value": call.person.fio}],
    }
