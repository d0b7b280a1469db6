"""Every parameter that Calltouch documents or was seen to send, in the order of
`sql/schema/digest_deliveries.sql`."""

from dataclasses import dataclass
from enum import Enum

from analytics.fold.kinds import (
    BIGINT,
    CALLBACK,
    INSTANT,
    INTEGER,
    LIST,
    LOCAL_TIME,
    SMALLINT,
    TARGET,
    TEXT,
    TRUE,
    UNIQUE_TARGET,
    WORKTIME,
    Kind,
)


class Part(Enum):
    """`ENVELOPE` says which lead and when, and is no field of the lead; `TRAFFIC` is kept per
    attribution model; `LEAD` is the rest."""

    ENVELOPE = 1
    LEAD = 2
    TRAFFIC = 3


@dataclass(frozen=True, slots=True)
class Parameter:
    """`column`: of `leads`, or of `lead_attributions` for traffic; None for what has another place.

    `is_compared`: whether a new value is a change. `is_webhook_only`: the API does not know it, so
    an API record that lacks it says nothing. `gives_way`: the API words it otherwise, or rounds it,
    so its value counts only while no webhook has carried one. `tag_category`: what holds tags.
    `unknown_at_start`: says Calltouch's document, "not available at the start of the call".
    """

    name: str
    column: str | None
    kind: Kind = TEXT
    part: Part = Part.LEAD
    is_compared: bool = True
    is_webhook_only: bool = False
    gives_way: bool = False
    tag_category: str | None = None
    unknown_at_start: bool = False


def _envelope(name: str) -> Parameter:
    return Parameter(name, None, part=Part.ENVELOPE)


def _traffic(name: str, column: str | None = None, kind: Kind = TEXT) -> Parameter:
    return Parameter(name, column or name, kind, Part.TRAFFIC)


def _tags(category: str, unknown_at_start: bool = False) -> Parameter:
    return Parameter(
        f"tags_{category}", None, tag_category=category, unknown_at_start=unknown_at_start
    )


_ALL = (
    _envelope("leadtype"),
    _envelope("id"),
    _envelope("requestId"),
    _envelope("changedFields"),
    _envelope("sendingTimestamp"),
    _envelope("attribution"),
    Parameter("callphase", "call_phase"),
    Parameter("ctCallerId", "ct_caller_id"),
    Parameter("fio", "fio"),
    Parameter("callerphone", "caller_phone"),
    Parameter("email", "email"),
    Parameter("phonenumber", "phone_number"),
    Parameter("subPoolName", "sub_pool_name"),
    Parameter("redirectNumber", "redirect_number", unknown_at_start=True),
    Parameter("duration", "duration", INTEGER, unknown_at_start=True),
    Parameter("waiting_time", "waiting_time", INTEGER, unknown_at_start=True),
    Parameter("calltime", "call_time", LOCAL_TIME),
    Parameter("timestamp", "stamped_at", INSTANT),
    Parameter("requestDate", "request_date", LOCAL_TIME),
    Parameter("status", "status", unknown_at_start=True),
    Parameter("statusDetails", "status_details", gives_way=True),
    Parameter("unique", "call_is_unique", TRUE),
    Parameter("targetcall", "call_is_target", TARGET, unknown_at_start=True),
    Parameter("uniqtargetcall", "call_is_unique_target", UNIQUE_TARGET, unknown_at_start=True),
    Parameter("callback", "is_callback", CALLBACK),
    Parameter("uniquerequest", "request_is_unique", TRUE),
    Parameter("targetrequest", "request_is_target", TARGET),
    Parameter("uniqtargetrequest", "request_is_unique_target", UNIQUE_TARGET),
    Parameter("worktime", "is_worktime", WORKTIME, is_webhook_only=True),
    Parameter("pool", "pool"),
    Parameter("rating", "rating", SMALLINT, is_webhook_only=True, unknown_at_start=True),
    Parameter("comment", None, LIST, unknown_at_start=True),
    _tags("auto_pr", unknown_at_start=True),
    _tags("auto_af", unknown_at_start=True),
    _tags("auto_gr", unknown_at_start=True),
    _tags("auto_ct", unknown_at_start=True),
    _tags("auto_pn"),
    _tags("manual", unknown_at_start=True),
    _tags("api"),
    _tags("request"),
    Parameter("callUrl", "call_url"),
    Parameter("requestUrl", "request_url"),
    Parameter("requestNumber", "request_number"),
    Parameter("subject", "subject"),
    Parameter("callback_request_id", "callback_request_id"),
    Parameter("callback_final_attempt", "callback_final_attempt"),
    Parameter("sip_call_id", "sip_call_id"),
    Parameter("callReferenceNumber", "call_reference_number"),
    # Calltouch makes a new recording link for every sending.
    Parameter("reclink", "reclink", is_compared=False, is_webhook_only=True),
    Parameter("orderId", "order_id", unknown_at_start=True),
    Parameter("siteId", "site_id", BIGINT),
    Parameter("siteName", "site_name"),
    Parameter("text", None, LIST, unknown_at_start=True),
    Parameter("manager", "manager"),
    Parameter("spam", "is_spam", TRUE, is_webhook_only=True, unknown_at_start=True),
    Parameter("ctClientId", "ct_client_id", gives_way=True),
    Parameter("ctGlobalId", "ct_global_id"),
    _traffic("source"),
    _traffic("medium"),
    _traffic("utm_source"),
    _traffic("utm_medium"),
    _traffic("utm_campaign"),
    _traffic("utm_content"),
    _traffic("utm_term"),
    Parameter("add_url_params", None, LIST, Part.TRAFFIC),
    _traffic("gcid"),
    _traffic("yaClientId", "ya_client_id"),
    _traffic("sessionId", "session_id", BIGINT),
    _traffic("hostname"),
    _traffic("url"),
    _traffic("attrs"),
    _traffic("ref"),
    _traffic("city"),
    _traffic("browser"),
    _traffic("os"),
    _traffic("device"),
    _traffic("ip"),
    _traffic("userAgent", "user_agent"),
)

PARAMETERS = {parameter.name: parameter for parameter in _ALL}
ENVELOPE = frozenset(p.name for p in _ALL if p.part is Part.ENVELOPE)
TRAFFIC = frozenset(p.name for p in _ALL if p.part is Part.TRAFFIC)
LEAD_TEXTS = frozenset(p.name for p in _ALL if p.part is Part.LEAD and p.kind is TEXT)
TRAFFIC_TEXTS = frozenset(p.name for p in _ALL if p.part is Part.TRAFFIC and p.kind is TEXT)
NEVER_COMPARED = frozenset(p.name for p in _ALL if not p.is_compared)
WEBHOOK_ONLY = frozenset(p.name for p in _ALL if p.is_webhook_only)
UNKNOWN_AT_START = frozenset(p.name for p in _ALL if p.unknown_at_start)
GIVES_WAY = tuple(p.name for p in _ALL if p.gives_way)
TAGS = tuple((p.name, p.tag_category) for p in _ALL if p.tag_category)
LEAD_COLUMNS = tuple((p.name, p.column, p.kind) for p in _ALL if p.part is Part.LEAD and p.column)
TRAFFIC_COLUMNS = tuple(
    (p.name, p.column, p.kind) for p in _ALL if p.part is Part.TRAFFIC and p.column
)
