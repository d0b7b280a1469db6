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
    ValueKind,
)
from analytics.privacy.holds import Privacy


class ParameterScope(Enum):
    """`ENVELOPE` says which lead and when, and is no field of the lead; `TRAFFIC` is kept per
    attribution model; `LEAD` is the rest."""

    ENVELOPE = 1
    LEAD = 2
    TRAFFIC = 3


@dataclass(frozen=True, slots=True)
class Parameter:
    """`column`: of `leads`, or of `lead_attributions` for traffic; None for what has another place.

    `holds`: what of a person its values hold; while it is not said, only admins see them.
    `is_compared`: whether a new value is a change. `is_webhook_only`: the API does not know it, so
    an API record that lacks it says nothing. `gives_way`: the API words it otherwise, or rounds it,
    so its value counts only while no webhook has carried one. `tag_category`: what holds tags.
    `unknown_at_start`: says Calltouch's document, "not available at the start of the call".
    """

    name: str
    column: str | None
    kind: ValueKind = TEXT
    part: ParameterScope = ParameterScope.LEAD
    holds: Privacy | None = None
    is_compared: bool = True
    is_webhook_only: bool = False
    gives_way: bool = False
    tag_category: str | None = None
    unknown_at_start: bool = False


def _envelope(name: str, holds: Privacy) -> Parameter:
    return Parameter(name, None, part=ParameterScope.ENVELOPE, holds=holds)


def _traffic(
    name: str,
    column: str | None = None,
    kind: ValueKind = TEXT,
    *,
    holds: Privacy | None = None,
) -> Parameter:
    return Parameter(name, column or name, kind, ParameterScope.TRAFFIC, holds)


def _tags(category: str, unknown_at_start: bool = False) -> Parameter:
    return Parameter(
        f"tags_{category}",
        None,
        holds=Privacy.TEXT,
        tag_category=category,
        unknown_at_start=unknown_at_start,
    )


_ALL = (
    _envelope("leadtype", Privacy.NOTHING),
    _envelope("id", Privacy.NOTHING),
    _envelope("requestId", Privacy.NOTHING),
    _envelope("changedFields", Privacy.TEXT),
    _envelope("sendingTimestamp", Privacy.NOTHING),
    _envelope("attribution", Privacy.NOTHING),
    Parameter("callphase", "call_phase", holds=Privacy.WORDS),
    Parameter("ctCallerId", "ct_caller_id", holds=Privacy.IDENTIFIER),
    Parameter("fio", "fio", holds=Privacy.NAME),
    Parameter("callerphone", "caller_phone", holds=Privacy.PHONE),
    Parameter("email", "email", holds=Privacy.EMAIL),
    Parameter("phonenumber", "phone_number", holds=Privacy.NOTHING),
    Parameter("subPoolName", "sub_pool_name", holds=Privacy.WORDS),
    Parameter("redirectNumber", "redirect_number", unknown_at_start=True, holds=Privacy.NOTHING),
    Parameter("duration", "duration", INTEGER, unknown_at_start=True, holds=Privacy.NOTHING),
    Parameter(
        "waiting_time",
        "waiting_time",
        INTEGER,
        unknown_at_start=True,
        holds=Privacy.NOTHING,
    ),
    Parameter("calltime", "call_time", LOCAL_TIME, holds=Privacy.NOTHING),
    Parameter("timestamp", "stamped_at", INSTANT, holds=Privacy.NOTHING),
    Parameter("requestDate", "request_date", LOCAL_TIME, holds=Privacy.NOTHING),
    Parameter("status", "status", unknown_at_start=True, holds=Privacy.WORDS),
    Parameter("statusDetails", "status_details", gives_way=True, holds=Privacy.TEXT),
    Parameter("unique", "call_is_unique", TRUE, holds=Privacy.NOTHING),
    Parameter("targetcall", "call_is_target", TARGET, unknown_at_start=True, holds=Privacy.NOTHING),
    Parameter(
        "uniqtargetcall",
        "call_is_unique_target",
        UNIQUE_TARGET,
        unknown_at_start=True,
        holds=Privacy.NOTHING,
    ),
    Parameter("callback", "is_callback", CALLBACK, holds=Privacy.NOTHING),
    Parameter("uniquerequest", "request_is_unique", TRUE, holds=Privacy.NOTHING),
    Parameter("targetrequest", "request_is_target", TARGET, holds=Privacy.NOTHING),
    Parameter(
        "uniqtargetrequest",
        "request_is_unique_target",
        UNIQUE_TARGET,
        holds=Privacy.NOTHING,
    ),
    Parameter("worktime", "is_worktime", WORKTIME, is_webhook_only=True, holds=Privacy.NOTHING),
    Parameter("pool", "pool", holds=Privacy.WORDS),
    Parameter(
        "rating",
        "rating",
        SMALLINT,
        is_webhook_only=True,
        unknown_at_start=True,
        holds=Privacy.NOTHING,
    ),
    Parameter("comment", None, LIST, unknown_at_start=True, holds=Privacy.COMMENT),
    _tags("auto_pr", unknown_at_start=True),
    _tags("auto_af", unknown_at_start=True),
    _tags("auto_gr", unknown_at_start=True),
    _tags("auto_ct", unknown_at_start=True),
    _tags("auto_pn"),
    _tags("manual", unknown_at_start=True),
    _tags("api"),
    _tags("request"),
    Parameter("callUrl", "call_url", holds=Privacy.LINK),
    Parameter("requestUrl", "request_url", holds=Privacy.LINK),
    Parameter("requestNumber", "request_number", holds=Privacy.LINK),
    Parameter("subject", "subject", holds=Privacy.TEXT),
    Parameter("callback_request_id", "callback_request_id", holds=Privacy.LINK),
    Parameter("callback_final_attempt", "callback_final_attempt", holds=Privacy.WORDS),
    Parameter("sip_call_id", "sip_call_id", holds=Privacy.LINK),
    Parameter("callReferenceNumber", "call_reference_number", holds=Privacy.LINK),
    # Calltouch makes a new recording link for every sending.
    Parameter(
        "reclink",
        "reclink",
        is_compared=False,
        is_webhook_only=True,
        holds=Privacy.RECORDING,
    ),
    Parameter("orderId", "order_id", unknown_at_start=True, holds=Privacy.LINK),
    Parameter("siteId", "site_id", BIGINT, holds=Privacy.NOTHING),
    Parameter("siteName", "site_name", holds=Privacy.WORDS),
    Parameter("text", None, LIST, unknown_at_start=True, holds=Privacy.ANYTHING),
    Parameter("manager", "manager", holds=Privacy.WORDS),
    Parameter(
        "spam",
        "is_spam",
        TRUE,
        is_webhook_only=True,
        unknown_at_start=True,
        holds=Privacy.NOTHING,
    ),
    Parameter("ctClientId", "ct_client_id", gives_way=True, holds=Privacy.IDENTIFIER),
    Parameter("ctGlobalId", "ct_global_id", holds=Privacy.IDENTIFIER),
    _traffic("source", holds=Privacy.LINK),
    _traffic("medium", holds=Privacy.LINK),
    _traffic("utm_source", holds=Privacy.LINK),
    _traffic("utm_medium", holds=Privacy.LINK),
    _traffic("utm_campaign", holds=Privacy.LINK),
    _traffic("utm_content", holds=Privacy.LINK),
    _traffic("utm_term", holds=Privacy.LINK),
    Parameter("add_url_params", None, LIST, ParameterScope.TRAFFIC, holds=Privacy.URL_PARAMS),
    _traffic("gcid", holds=Privacy.IDENTIFIER),
    _traffic("yaClientId", "ya_client_id", holds=Privacy.IDENTIFIER),
    _traffic("sessionId", "session_id", BIGINT, holds=Privacy.NOTHING),
    _traffic("hostname", holds=Privacy.LINK),
    _traffic("url", holds=Privacy.LINK),
    _traffic("attrs", holds=Privacy.ANYTHING),
    _traffic("ref", holds=Privacy.LINK),
    _traffic("city", holds=Privacy.WORDS),
    _traffic("browser", holds=Privacy.WORDS),
    _traffic("os", holds=Privacy.WORDS),
    _traffic("device", holds=Privacy.WORDS),
    _traffic("ip", holds=Privacy.ADDRESS),
    _traffic("userAgent", "user_agent", holds=Privacy.ANYTHING),
)

PARAMETERS = {parameter.name: parameter for parameter in _ALL}
ENVELOPE = frozenset(p.name for p in _ALL if p.part is ParameterScope.ENVELOPE)
TRAFFIC = frozenset(p.name for p in _ALL if p.part is ParameterScope.TRAFFIC)
LEAD_TEXTS = frozenset(p.name for p in _ALL if p.part is ParameterScope.LEAD and p.kind is TEXT)
TRAFFIC_TEXTS = frozenset(
    p.name for p in _ALL if p.part is ParameterScope.TRAFFIC and p.kind is TEXT
)
NEVER_COMPARED = frozenset(p.name for p in _ALL if not p.is_compared)
WEBHOOK_ONLY = frozenset(p.name for p in _ALL if p.is_webhook_only)
UNKNOWN_AT_START = frozenset(p.name for p in _ALL if p.unknown_at_start)
GIVES_WAY = tuple(p.name for p in _ALL if p.gives_way)
TAGS = tuple((p.name, p.tag_category) for p in _ALL if p.tag_category)
LEAD_COLUMNS = tuple(
    (p.name, p.column, p.kind) for p in _ALL if p.part is ParameterScope.LEAD and p.column
)
TRAFFIC_COLUMNS = tuple(
    (p.name, p.column, p.kind) for p in _ALL if p.part is ParameterScope.TRAFFIC and p.column
)
