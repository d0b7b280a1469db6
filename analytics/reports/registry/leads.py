"""Reports about leads, and about one of them."""

from analytics.privacy.holds import ContentOf, Privacy, holding, plain
from analytics.reports.parameters import (
    ACROSS,
    CHANGED,
    DEPTH,
    FIRST,
    HOURS_UNIT,
    JOURNAL,
    LEAD,
    LEAST,
    RECOVERY_HOURS,
    SPAN,
    TOP,
)
from analytics.reports.parts import ATTEMPTS, COMPARED, DELAYS, RECOVERIES
from analytics.reports.registry.columns import (
    BY_MODEL,
    HAS,
    JUNK,
    LEADS,
    OPERATION,
    PREVIOUS,
    TARGET,
)
from analytics.reports.report import Report

LEAD_REPORTS: tuple[Report, ...] = (
    Report("freshness", "overview", (), plain("published_at")),
    Report("lead_span", "overview", (), plain("leads first_day last_day")),
    Report(
        "overview",
        "overview",
        columns=LEADS
        | TARGET
        | plain("unfinished_calls unique_target_known missed_calls ended_calls")
        | plain("people leads_of_nobody"),
    ),
    Report(
        "leads_over_time",
        "overview",
        (HOURS_UNIT,),
        LEADS | TARGET | plain("starts_on missed_calls"),
    ),
    Report("sources", "overview", (TOP,), LEADS | TARGET | plain("is_rest sources")),
    Report("delivery_totals", "overview", (), plain("deliveries quarantined suspected_gaps")),
    Report(
        "usual_day",
        "overview",
        (),
        plain("hour leads usual_p10 usual_p50 usual_p90 days usual_days"),
    ),
    Report(
        "filter_values",
        "overview",
        columns=plain("filter leads name") | holding(ContentOf("filter", "filter"), "value"),
    ),
    Report("attribution", "attribution", (), LEADS | TARGET | plain("missed_calls"), groups=True),
    Report(
        "attribution_mix",
        "attribution",
        (HOURS_UNIT, TOP),
        LEADS | TARGET | plain("starts_on is_rest"),
    ),
    Report(
        "attribution_coverage",
        "attribution",
        columns=plain("leads by_model_0 by_model_1 without_model without_utm"),
    ),
    Report(
        "attribution_rates",
        "attribution",
        (FIRST, LEAST),
        LEADS
        | TARGET
        | plain("target_rate_low target_rate_high overall_rate large_groups groups verdict"),
        groups=True,
    ),
    Report(
        "models",
        "models",
        columns=plain("leads_0 leads_1 both difference target_leads_0 target_leads_1")
        | plain("target_known_0 target_known_1"),
        keeps=(COMPARED,),
    ),
    Report(
        "model_summary",
        "models",
        columns=plain("leads both_models only_model_0 only_model_1 moved moved_share")
        | plain("rescued_from_direct"),
        keeps=(COMPARED,),
    ),
    Report(
        "model_transitions",
        "models",
        (TOP,),
        BY_MODEL | plain("is_rest_0 is_rest_1 leads"),
        keeps=(COMPARED,),
    ),
    Report("moved_leads", "models", (FIRST,), BY_MODEL, is_newest_first=True),
    Report("rescued", "models", (), LEADS | TARGET, keeps=(COMPARED,)),
    Report(
        "data_changes",
        "changes",
        columns=plain("leads from_api late_leads late_tags late_spam late_models never_ended"),
    ),
    Report("uniqueness", "uniqueness", (HOURS_UNIT,), LEADS | plain("repeat_leads")),
    Report(
        "uniqueness_depth",
        "uniqueness",
        (ACROSS,),
        LEADS
        | plain("depth share calltouch_unique calltouch_known calltouch_share")
        | plain("agreeing agreeing_share"),
    ),
    Report(
        "repeat_times",
        "uniqueness",
        (ACROSS,),
        plain("from_seconds to_seconds leads share"),
    ),
    Report(
        "repeat_leads",
        "uniqueness",
        (ACROSS, *SPAN, FIRST),
        PREVIOUS,
        is_newest_first=True,
    ),
    Report("cohorts", "uniqueness", (), plain("cohort months_since people people_returned share")),
    Report(
        "uniqueness_disagreements",
        "uniqueness",
        (ACROSS, DEPTH, FIRST),
        PREVIOUS,
        is_newest_first=True,
    ),
    Report(
        "uniqueness_disagreement_totals",
        "uniqueness",
        (ACROSS, DEPTH),
        plain("leads unique_for_both repeat_for_both only_calltouch_unique only_ours_unique")
        | plain("agreeing_share recounted recounted_unique"),
    ),
    Report("tags", "tags", (), LEADS | TARGET | plain("share"), keeps=(DELAYS,)),
    Report(
        "tag_pairs",
        "tags",
        (TOP,),
        plain("tag_category_a tag_category_b leads leads_a leads_b share lift")
        | holding(Privacy.TEXT, "tag_a", "tag_b"),
    ),
    Report(
        "tag_delays",
        "tags",
        (TOP,),
        plain("leads from_the_start later delay_p50 delay_p90 delay_p25 delay_p75"),
        keeps=(DELAYS,),
    ),
    Report("tag_delay_points", "tags", (), plain("seconds share"), keeps=(DELAYS,)),
    Report(
        "quality",
        "quality",
        (RECOVERY_HOURS,),
        plain("ended_calls answered missed missed_rate missed_callbacks missed_worktime")
        | plain("ended_worktime worktime_known missed_worktime_rate missed_undated")
        | plain("missed_own_hours ended_own_hours own_hours_known")
        | plain("waiting_known waiting_answered_p50 waiting_answered_p90 waiting_answered_avg")
        | plain("waiting_missed_p50 waiting_missed_p90 waiting_missed_avg")
        | plain("sla_10 sla_20 sla_30 sla_60 talk_p50 talk_avg")
        | plain("recovered pending lost open_worktime open_own_hours recover_p50")
        | plain("waiting_answered_p25 waiting_answered_p75 waiting_answered_known")
        | plain("talk_p25 talk_p75 talk_known"),
        keeps=(RECOVERIES,),
    ),
    Report("own_hours", "quality", (), plain("in_own_hours calls missed")),
    Report(
        "heatmap",
        "quality",
        columns=LEADS
        | plain("weekday hour ended_calls missed missed_rate waiting_p50")
        | plain("waiting_p25 waiting_p75 waiting_known"),
    ),
    Report("waiting", "quality", (), plain("is_answered seconds calls known share")),
    Report(
        "missed_calls_over_time",
        "quality",
        (HOURS_UNIT, RECOVERY_HOURS),
        plain("starts_on missed recovered pending lost"),
        keeps=(RECOVERIES,),
    ),
    Report(
        "rescue",
        "quality",
        (FIRST, RECOVERY_HOURS),
        plain("attempts callbacks seconds_left in_all pending_in_all")
        | plain("source_target_known source_target_rate source_target_low"),
        keeps=(RECOVERIES,),
    ),
    Report(
        "managers",
        "managers",
        columns=LEADS
        | TARGET
        | plain("ended_calls answered missed answer_rate answer_rate_low answer_rate_high")
        | plain("talk_p5 talk_p25 talk_p50 talk_p75 talk_p95 waiting_p50 rating_avg rating_n")
        | plain("waiting_p25 waiting_p75 waiting_known talk_known"),
    ),
    Report("callback", "callback", (), plain("step chains known share"), keeps=(ATTEMPTS,)),
    Report(
        "callback_attempts",
        "callback",
        (),
        plain("attempts chains reached closed"),
        keeps=(ATTEMPTS,),
    ),
    Report("time_to_connect", "callback", (), plain("seconds share reached"), keeps=(ATTEMPTS,)),
    Report("spam_totals", "spam", (), JUNK | plain("clean")),
    Report("spam", "spam", (), JUNK),
    Report("spam_over_time", "spam", (HOURS_UNIT,), JUNK | plain("starts_on")),
    Report("spam_tags", "spam", (TOP,), plain("leads tagged")),
    Report(
        "repeat_numbers",
        "spam",
        (FIRST,),
        plain("leads spam first_day last_day in_all") | holding(Privacy.LINK, "sources"),
    ),
    Report(
        "journal",
        "journal",
        JOURNAL,
        HAS | BY_MODEL | plain("at") | holding(Privacy.TEXT, "tags"),
        pages_by={"after_at": "at", "after_type": "lead_type", "after_id": "lead_id"},
    ),
    Report("change_feed", "journal", CHANGED, pages_by={"changed_after": "delivery_id"}),
    Report("journal_count", "journal", (), plain("leads")),
    Report(
        "lead",
        "lead",
        LEAD,
        plain("at kind is_further_start")
        | holding(ContentOf("field", "field"), "old_value", "new_value"),
    ),
    Report("lead_card", "lead", LEAD, HAS),
    Report(
        "lead_attribution",
        "lead",
        LEAD,
        plain("has_last_interaction has_last_non_direct differs")
        | holding(ContentOf("field", "field"), "last_interaction", "last_non_direct"),
    ),
    Report("lead_tags_now", "lead", LEAD),
    Report("lead_comments_now", "lead", LEAD, plain("position")),
    Report("lead_transcript", "lead", LEAD, plain("position")),
    Report(
        "lead_url_params_now",
        "lead",
        LEAD,
        plain("position") | {"name": Privacy.LINK, "value": ContentOf("name", "url_param")},
    ),
    Report("other_leads", "lead", (*LEAD, FIRST), plain("matched_by in_all")),
    Report("lead_deliveries", "lead", LEAD),
    Report(
        "lead_operations",
        "lead",
        LEAD,
        OPERATION | plain("attempt begun_at http_method attempt_reason"),
    ),
)
