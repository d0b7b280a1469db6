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
from analytics.privacy.holds import Holds


class Part(Enum):
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
    kind: Kind = TEXT
    part: Part = Part.LEAD
    holds: Holds | None = None
    is_compared: bool = True
    is_webhook_only: bool = False
    gives_way: bool = False
    tag_category: str | None = None
    unknown_at_start: bool = False


def _envelope(name: str, holds: Holds) -> Parameter:
    return Parameter(name, None, part=Part.ENVELOPE, holds=holds)


def _traffic(
    name: str, column: str | None = None, kind: Kind = TEXT, *, holds: Holds | None = None
) -> Parameter:
    return Parameter(name, column or name, kind, Part.TRAFFIC, holds)


def _tags(category: str, unknown_at_start: bool = False) -> Parameter:
    return Parameter(
        f"tags_{category}",
        None,
        holds=Holds.TEXT,
        tag_category=category,
        unknown_at_start=unknown_at_start,
    )


_ALL = (
    _envelope("leadtype", Holds.NOTHING),
    _envelope("id", Holds.NOTHING),
    _envelope("requestId", Holds.NOTHING),
    _envelope("changedFields", Holds.TEXT),
    _envelope("sendingTimestamp", Holds.NOTHING),
    _envelope("attribution", Holds.NOTHING),
    Parameter("callphase", "call_phase", holds=Holds.WORDS),
    Parameter("ctCallerId", "ct_caller_id", holds=Holds.IDENTIFIER),
    Parameter("fio", "fio", holds=Holds.NAME),
    Parameter("callerphone", "caller_phone", holds=Holds.PHONE),
    Parameter("email", "email", holds=Holds.EMAIL),
    Parameter("phonenumber", "phone_number", holds=Holds.NOTHING),
    Parameter("subPoolName", "sub_pool_name", holds=Holds.WORDS),
    Parameter("redirectNumber", "redirect_number", unknown_at_start=True, holds=Holds.NOTHING),
    Parameter("duration", "duration", INTEGER, unknown_at_start=True, holds=Holds.NOTHING),
    Parameter("waiting_time", "waiting_time", INTEGER, unknown_at_start=True, holds=Holds.NOTHING),
    Parameter("calltime", "call_time", LOCAL_TIME, holds=Holds.NOTHING),
    Parameter("timestamp", "stamped_at", INSTANT, holds=Holds.NOTHING),
    Parameter("requestDate", "request_date", LOCAL_TIME, holds=Holds.NOTHING),
    Parameter("status", "status", unknown_at_start=True, holds=Holds.WORDS),
    Parameter("statusDetails", "status_details", gives_way=True, holds=Holds.TEXT),
    Parameter("unique", "call_is_unique", TRUE, holds=Holds.NOTHING),
    Parameter("targetcall", "call_is_target", TARGET, unknown_at_start=True, holds=Holds.NOTHING),
    Parameter(
        "uniqtargetcall",
        "call_is_unique_target",
        UNIQUE_TARGET,
        unknown_at_start=True,
        holds=Holds.NOTHING,
    ),
    Parameter("callback", "is_callback", CALLBACK, holds=Holds.NOTHING),
    Parameter("uniquerequest", "request_is_unique", TRUE, holds=Holds.NOTHING),
    Parameter("targetrequest", "request_is_target", TARGET, holds=Holds.NOTHING),
    Parameter("uniqtargetrequest", "request_is_unique_target", UNIQUE_TARGET, holds=Holds.NOTHING),
    Parameter("worktime", "is_worktime", WORKTIME, is_webhook_only=True, holds=Holds.NOTHING),
    Parameter("pool", "pool", holds=Holds.WORDS),
    Parameter(
        "rating",
        "rating",
        SMALLINT,
        is_webhook_only=True,
        unknown_at_start=True,
        holds=Holds.NOTHING,
    ),
    Parameter("comment", None, LIST, unknown_at_start=True, holds=Holds.COMMENT),
    _tags("auto_pr", unknown_at_start=True),
    _tags("auto_af", unknown_at_start=True),
    _tags("auto_gr", unknown_at_start=True),
    _tags("auto_ct", unknown_at_start=True),
    _tags("auto_pn"),
    _tags("manual", unknown_at_start=True),
    _tags("api"),
    _tags("request"),
    Parameter("callUrl", "call_url", holds=Holds.LINK),
    Parameter("requestUrl", "request_url", holds=Holds.LINK),
    Parameter("requestNumber", "request_number", holds=Holds.LINK),
    Parameter("subject", "subject", holds=Holds.TEXT),
    Parameter("callback_request_id", "callback_request_id", holds=Holds.LINK),
    Parameter("callback_final_attempt", "callback_final_attempt", holds=Holds.WORDS),
    Parameter("sip_call_id", "sip_call_id", holds=Holds.LINK),
    Parameter("callReferenceNumber", "call_reference_number", holds=Holds.LINK),
    # Calltouch makes a new recording link for every sending.
    Parameter("reclink", "reclink", is_compared=False, is_webhook_only=True, holds=Holds.RECORDING),
    Parameter("orderId", "order_id", unknown_at_start=True, holds=Holds.LINK),
    Parameter("siteId", "site_id", BIGINT, holds=Holds.NOTHING),
    Parameter("siteName", "site_name", holds=Holds.WORDS),
    Parameter("text", None, LIST, unknown_at_start=True, holds=Holds.ANYTHING),
    Parameter("manager", "manager", holds=Holds.WORDS),
    Parameter(
        "spam", "is_spam", TRUE, is_webhook_only=True, unknown_at_start=True, holds=Holds.NOTHING
    ),
    Parameter("ctClientId", "ct_client_id", gives_way=True, holds=Holds.IDENTIFIER),
    Parameter("ctGlobalId", "ct_global_id", holds=Holds.IDENTIFIER),
    _traffic("source", holds=Holds.LINK),
    _traffic("medium", holds=Holds.LINK),
    _traffic("utm_source", holds=Holds.LINK),
    _traffic("utm_medium", holds=Holds.LINK),
    _traffic("utm_campaign", holds=Holds.LINK),
    _traffic("utm_content", holds=Holds.LINK),
    _traffic("utm_term", holds=Holds.LINK),
    Parameter("add_url_params", None, LIST, Part.TRAFFIC, holds=Holds.URL_PARAMS),
    _traffic("gcid", holds=Holds.IDENTIFIER),
    _traffic("yaClientId", "ya_client_id", holds=Holds.IDENTIFIER),
    _traffic("sessionId", "session_id", BIGINT, holds=Holds.NOTHING),
    _traffic("hostname", holds=Holds.LINK),
    _traffic("url", holds=Holds.LINK),
    _traffic("attrs", holds=Holds.ANYTHING),
    _traffic("ref", holds=Holds.LINK),
    _traffic("city", holds=Holds.WORDS),
    _traffic("browser", holds=Holds.WORDS),
    _traffic("os", holds=Holds.WORDS),
    _traffic("device", holds=Holds.WORDS),
    _traffic("ip", holds=Holds.ADDRESS),
    _traffic("userAgent", "user_agent", holds=Holds.ANYTHING),
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
