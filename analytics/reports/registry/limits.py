"""What each report tells a reader with limited rights. A report that is not named here tells them
nothing."""

from collections.abc import Mapping
from enum import Enum

from analytics.reports.report import Report


class Limit(Enum):
    """By what a report is limited. BY_LEAD: by the leads that it is about, also where its rows are
    deliveries or operations: those of no lead are not there. BY_SITE: by the site that its rows
    name; whoever is limited to a manager gets none. NO_LEADS: it says nothing of leads. REFUSED: it
    is for those who may see everything."""

    BY_LEAD = "by lead"
    BY_SITE = "by site"
    NO_LEADS = "no leads"
    REFUSED = "refused"


_BY_LEAD = """
lead_span overview leads_over_time sources delivery_totals usual_day filter_values
attribution attribution_mix attribution_coverage attribution_rates
models model_summary model_transitions moved_leads rescued data_changes
uniqueness uniqueness_depth repeat_times repeat_leads cohorts uniqueness_disagreements
uniqueness_disagreement_totals tags tag_pairs tag_delays tag_delay_points
quality own_hours heatmap waiting missed_calls_over_time rescue managers
callback callback_attempts time_to_connect spam_totals spam spam_over_time spam_tags repeat_numbers
journal change_feed journal_count lead lead_card lead_attribution lead_tags_now lead_comments_now
lead_transcript lead_url_params_now other_leads lead_deliveries lead_operations
deliveries duplicates webhooks gaps gap_totals auditor
"""
# delivery_summary counts both deliveries and what reconciliation found.
_BY_SITE = "delivery_summary reconciliation_days lost_leads unread_answers"
# How fresh the file is says nothing of whose leads came last.
_NO_LEADS = "freshness calendar_days working_days"
# Quarantined deliveries are of no lead that anybody knows; flows, alerts and notes are looked after
# as a whole; the file and its tables are those of everybody.
_REFUSED = """
quarantined flow_summary flow_outcomes flow_failures flow_operations catalogue published_file
alerts notes
"""

LIMITS: Mapping[str, Limit] = {
    **dict.fromkeys(_BY_LEAD.split(), Limit.BY_LEAD),
    **dict.fromkeys(_BY_SITE.split(), Limit.BY_SITE),
    **dict.fromkeys(_NO_LEADS.split(), Limit.NO_LEADS),
    **dict.fromkeys(_REFUSED.split(), Limit.REFUSED),
}
"""By the name of a report."""


def is_told_to_limited(report: Report) -> bool:
    """Whether readers with limited rights may ask it; the file that they ask limits its rows."""
    return LIMITS.get(report.name, Limit.REFUSED) is not Limit.REFUSED
