"""What becomes of each column of each published table in the keyed file.

Closed by default: a table or column that is not decided here is left out, and a test fails until
somebody decides it. Another test holds the decisions against what columns are declared to hold
(analytics/privacy): what holds a person is never kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.parameters import PARAMETERS
from analytics.privacy.holds import Privacy


class Treatment(StrEnum):
    """KEPT: as it is. MASKED: a text that loses contacts. PLACE: a URL up to its query, masked.
    OWN_PHONE: of the company, unless it is one of somebody in the file. FIELD, FIELDS: names of
    Calltouch's parameters, no others. VALUE: of a field whose values are numbers or flags.
    KEYED: what tells a person, as a key that joins. LEFT_OUT: not in the file."""

    KEPT = "kept"
    MASKED = "masked"
    PLACE = "place"
    OWN_PHONE = "own_phone"
    FIELD = "field"
    FIELDS = "fields"
    VALUE = "value"
    KEYED = "keyed"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class ColumnDecision:
    """`holds`: how a text is masked. `kind`: of key; equal values of one kind have equal keys.
    `named`: in the keyed file, if not as before."""

    treatment: Treatment
    holds: Privacy | None = None
    kind: str | None = None
    named: str | None = None


Decisions = Mapping[str, ColumnDecision]


def _decided(decision: ColumnDecision, names: str) -> dict[str, ColumnDecision]:
    return dict.fromkeys(names.split(), decision)


def _kept(names: str) -> dict[str, ColumnDecision]:
    return _decided(ColumnDecision(Treatment.KEPT), names)


def _masked(holds: Privacy, names: str) -> dict[str, ColumnDecision]:
    return _decided(ColumnDecision(Treatment.MASKED, holds), names)


def _places(names: str) -> dict[str, ColumnDecision]:
    return _decided(ColumnDecision(Treatment.PLACE, Privacy.LINK), names)


def _own_phones(names: str) -> dict[str, ColumnDecision]:
    return _decided(ColumnDecision(Treatment.OWN_PHONE, Privacy.NOTHING), names)


def _keyed(name: str, kind: str | None = None, named: str | None = None) -> Decisions:
    return {name: ColumnDecision(Treatment.KEYED, kind=kind or name, named=named)}


def _left_out(names: str) -> dict[str, ColumnDecision]:
    return _decided(ColumnDecision(Treatment.LEFT_OUT), names)


_LEAD = _kept("lead_type lead_id")
_TRAFFIC: Decisions = {
    **_kept("attribution_model"),
    **_masked(
        Privacy.LINK,
        "source medium utm_source utm_medium utm_campaign utm_content utm_term hostname",
    ),
    **_masked(Privacy.WORDS, "city browser os device"),
    **_places("url ref"),
    **_keyed("session_id"),
    **_keyed("gcid"),
    **_keyed("ya_client_id"),
    **_left_out("attrs ip user_agent"),
}

DECISIONS: Mapping[str, Decisions] = {
    "leads": {
        **_LEAD,
        **_TRAFFIC,
        **_kept("site_id happened_at happened_local day is_ended duration waiting_time"),
        **_kept("is_callback is_worktime is_spam is_unique is_target is_unique_target rating"),
        **_kept("first_received_at last_received_at last_sent_at delivery_count"),
        **_masked(Privacy.WORDS, "site_name call_phase sub_pool_name status pool manager"),
        **_masked(Privacy.WORDS, "callback_final_attempt"),
        **_masked(Privacy.TEXT, "status_details subject"),
        **_masked(Privacy.LINK, "callback_request_id request_number order_id"),
        **_places("request_url"),
        **_own_phones("phone_number redirect_number"),
        **_kept(
            "since_previous since_previous_crossed"
            " since_previous_any_site since_previous_any_site_crossed"
            " person_first_day person_previous_day person_turn"
        ),
        **_kept("other_model"),
        **_masked(Privacy.LINK, "other_source other_medium"),
        **_keyed("person"),
        # What one of them has in common with person it has here as well.
        **_keyed("number_id", "person"),
        **_keyed("email_id", "person"),
        **_keyed("ct_caller_id"),
        **_keyed("ct_client_id"),
        **_keyed("ct_global_id"),
        **_keyed("canonical_phone", "phone", "phone_key"),
        **_keyed("canonical_email", "email", "email_key"),
        **_left_out("caller_phone email fio reclink extra"),
        # Of telephone systems, which write numbers into them.
        **_left_out("sip_call_id call_reference_number call_url"),
    },
    "lead_attributions": {**_LEAD, **_TRAFFIC},
    "lead_tags": {
        **_LEAD,
        **_kept("tag_category lead_day tagged_at tagged_after lead_is_target"),
        **_masked(Privacy.TEXT, "tag"),
    },
    "lead_changes": {
        **_LEAD,
        **_kept("changed_at attribution_model delivery_id is_declared"),
        "field": ColumnDecision(Treatment.FIELD),
        **_decided(ColumnDecision(Treatment.VALUE), "old_value new_value"),
        **_masked(Privacy.TEXT, "webhook"),
    },
    "deliveries": {
        **_LEAD,
        **_kept("delivery_id received_at origin sent_at attribution_model kind outcome is_late"),
        **_masked(Privacy.WORDS, "method call_phase"),
        **_masked(Privacy.TEXT, "webhook"),
        "changed_fields": ColumnDecision(Treatment.FIELDS),
        **_left_out("source_ip problems params"),
    },
    "delivery_gaps": {
        **_LEAD,
        **_kept("delivery_id reason"),
        **_masked(Privacy.TEXT, "webhook"),
        "fields": ColumnDecision(Treatment.FIELDS),
    },
    "suspected_gaps": {
        **_LEAD,
        **_kept("delivery_id reason explanation"),
        **_masked(Privacy.TEXT, "webhook"),
    },
    "freshness": _kept("published_at last_delivery_id last_received_at app_version schema_version"),
    "calendar": {
        **_kept("day is_working kind swapped_with works_from works_until is_official"),
        **_masked(Privacy.WORDS, "name_ru name_en"),
    },
    "reconciliation": _kept(
        "day site_id lead_type in_api in_both only_webhook only_api lost differing compared_at"
    ),
    "reconciliation_differences": {
        **_LEAD,
        **_kept("day site_id difference attribution_model remedy"),
        "field": ColumnDecision(Treatment.FIELD),
        **_left_out("received_value api_value"),
    },
    "reconciliation_unread": {**_LEAD, **_kept("day site_id kind"), **_left_out("detail")},
    "resync_runs": {
        **_kept("run_id state started_at finished_at web_requests fetched outside"),
        **_left_out("plan"),
    },
    "lost_deliveries": {**_kept("first_id last_id day"), **_left_out("reason")},
    "alerts": {
        **_kept("alert_id site_id is_urgent times began_at noticed_at ended_at told_at"),
        **_kept("times_told"),
        **_masked(Privacy.WORDS, "kind"),
        **_left_out("subject cause figures"),
    },
    "notes": {
        **_kept("note_id began_at ended_at site_id made_at"),
        **_masked(Privacy.TEXT, "text"),
        **_left_out("author"),
    },
    "flow_operations": {
        **_LEAD,
        **_kept("operation_id flow_version source state received_at finished_at delivery_id"),
        **_kept("attempts replay_of times_received"),
        **_masked(Privacy.TEXT, "flow reason"),
        **_left_out("problems"),
    },
    "flow_attempts": {
        **_kept("operation_id step attempt begun_at seconds status outcome"),
        **_masked(Privacy.TEXT, "step_name reason"),
        **_masked(Privacy.WORDS, "method"),
        **_left_out("host"),
    },
}
"""By table, and by column."""

LEFT_OUT_TABLES = ("lead_url_params", "lead_comments", "call_phrases", "archive_faults")
"""Wholly. What `digest` has is nobody's business but digest's."""

REMADE_VIEWS = (
    *("calls", "requests", "missed_calls"),
    *("leads_by_day", "leads_by_day_and_model"),
)
"""Over the tables of the keyed file. The other views are tables there."""

SAFE_FIELDS = tuple(
    name
    for name, parameter in PARAMETERS.items()
    if parameter.holds is Privacy.NOTHING
    and (parameter.kind.duckdb == "boolean" or parameter.kind.duckdb in ("smallint", "integer"))
)
"""Whose former and new values stay: numbers and flags."""
