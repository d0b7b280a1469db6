"""The parameters of Calltouch's webhooks, in the order in which it sends them.

The order is that of recorded webhooks; parameters that were not seen there stand where Calltouch's
table of parameters has them.
"""

from collections.abc import Mapping

Text = str
Items = tuple[tuple[tuple[str, str], ...], ...]
"""A list parameter: per item its (key, text) pairs: `comment[0][party]=…&comment[0][comment]=…`."""

Params = dict[str, Text | Items]
"""What one sending says. A parameter that is absent is not sent at all."""

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")

TEMPLATE = (
    "leadtype", "callphase", "id", "changedFields", "requestId", "requestNumber", "subject",
    "ctCallerId", "fio", "callerphone", "email", "phonenumber", "subPoolName", "redirectNumber",
    "duration", "waiting_time", "calltime", "timestamp", "requestDate", "status", "statusDetails",
    "unique", "targetcall", "uniqtargetcall", "callback",
    "uniquerequest", "targetrequest", "uniqtargetrequest", "worktime", "pool", "rating", "comment",
    "tags_auto_pr", "tags_auto_af", "tags_auto_gr", "tags_auto_ct", "tags_auto_pn",
    "tags_manual", "tags_api", "tags_request",
    "attribution", "source", "medium", *UTM, "add_url_params", "gcid", "yaClientId",
    "sessionId", "ctClientId", "ctGlobalId", "hostname", "url", "attrs", "callUrl", "requestUrl",
    "callback_request_id", "callback_final_attempt", "ref", "city", "browser", "os", "device", "ip",
    "sip_call_id", "callReferenceNumber", "reclink", "orderId", "siteId", "siteName", "userAgent",
    "sendingTimestamp", "text", "manager", "spam",
)  # fmt: skip


def arrange(params: Mapping[str, Text | Items]) -> Params:
    """The same in Calltouch's order."""
    return {name: params[name] for name in TEMPLATE if name in params}


def changed_fields(previous: Mapping[str, Text | Items], now: Mapping[str, Text | Items]) -> str:
    """What `changedFields` says of a sending after the `previous` one of the same webhook.

    The names, in Calltouch's order, of all parameters whose text differs, `changedFields` itself
    apart. As observed, one that was absent and now is `null` counts, and so do `sendingTimestamp`
    and `reclink`; by the document, so does a list that is left out because it has become empty.
    """
    return ",".join(
        name for name in TEMPLATE if previous.get(name) != now.get(name) and name != "changedFields"
    )
