"""Parameters of Calltouch's webhooks, in the order it sends them.

The order is that of recorded webhooks; parameters not seen there follow Calltouch's table of
parameters.
"""

from collections.abc import Mapping

Text = str
Items = tuple[tuple[tuple[str, str], ...], ...]
"""A list parameter: (key, text) pairs per item: `comment[0][party]=…&comment[0][comment]=…`."""

Params = dict[str, Text | Items]
"""The content of one sending. Absent parameters are not sent."""

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
    """`changedFields` of a sending, given the `previous` one of the same webhook.

    Names, in Calltouch's order, of all parameters whose text differs, except `changedFields`
    itself. As observed, a change from absent to `null` counts, and so do `sendingTimestamp` and
    `reclink`; as documented, so does a list omitted because it has become empty.
    """
    return ",".join(
        name for name in TEMPLATE if previous.get(name) != now.get(name) and name != "changedFields"
    )
