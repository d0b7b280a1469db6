"""A request as a record of the requests export: names, order, types."""

from typing import Any

from simulator.api import lists
from simulator.api.dates import moment_text
from simulator.api.sighting import Sighting, sighting
from simulator.api.wanted import RecordOptions
from simulator.lives.leads import Condition, Request
from simulator.webhooks.configured import LAST_NON_DIRECT

Record = dict[str, Any]


def request_record(
    request: Request, condition: Condition, wanted: RecordOptions | None = None
) -> Record:
    """The request in that state."""
    asked = wanted or RecordOptions()
    model = LAST_NON_DIRECT if asked.model is None else asked.model
    seen = sighting(request, model)
    return {
        "date": request.happened_at * 1000,
        "comments": lists.comments(request.lead_id, "requestId", condition.comments),
        "requestType": None,
        "dateStr": moment_text(request.happened_at),
        "manager": condition.manager,
        "session": _session(seen, model, asked),
        "subject": request.form.name,
        "uniqTargetRequest": request.is_unique_target,
        "uniqueRequest": request.is_unique,
        "yandexDirect": None,
        "googleAdWords": None,
        "requestNumber": request.number or str(request.lead_id),
        "requestId": request.lead_id,
        "client": _client(request),
        "siteId": request.site.site_id,
        "orders": lists.request_orders(request, condition.order_id),
        "targetRequest": request.is_target,
        "status": "NOT_SET",
        "order": None,
        "mapVisits": None,
        "requestUrl": request.page,
        "ctClientId": seen.ct_client_id,
        "dcm": None,
        "ctGlobalId": seen.ct_global_id,
        "widgetInfo": None,
        "RequestTags": lists.tags(condition.tags) if asked.tags else None,
        **({"hostname": seen.hostname, "customFields": []} if asked.newer_fields else {}),
    }


def _session(seen: Sighting, model: int, asked: RecordOptions) -> Record | None:
    if seen.session_id is None:
        return None
    newer = {
        "device": seen.device.kind,
        "os": seen.device.os,
        "browserName": seen.device.browser,
    }
    return {
        "sessionId": seen.session_id,
        "keywords": seen.keyword,
        "city": seen.city,
        "ip": f"{seen.ip}/32",
        "source": seen.source,
        "medium": seen.medium,
        "ref": seen.ref,
        "url": seen.url,
        "utmSource": seen.utm["utmSource"],
        "utmMedium": seen.utm["utmMedium"],
        "utmTerm": seen.utm["utmTerm"],
        "utmContent": seen.utm["utmContent"],
        "utmCampaign": seen.utm["utmCampaign"],
        "guaClientId": seen.google_client_id,
        "sessionDate": seen.session_date,
        "attrs": {} if asked.attrs else None,
        "attribution": model,
        "yaClientId": seen.yandex_client_id,
        "additionalTags": seen.additional,
        "ctGlobalId": seen.ct_global_id,
        "browser": seen.device.user_agent,
        **(newer if asked.newer_fields else {}),
    }


def _client(request: Request) -> Record:
    phones = [{"phoneNumber": request.phone, "phoneType": "OTHER"}] if request.phone else []
    # The name of the e-mail type is a guess.
    contacts = [{"contactType": "EMAIL", "contactValue": request.email}] if request.email else []
    return {
        "clientId": int(request.person.ct_caller_id[-7:], 16),
        "fio": request.fio,
        "phones": phones,
        "contacts": contacts,
    }
