"""The parameters that reports take, each under the name by which the registry calls it."""

from analytics.reports.parameter import ReportParameter

RECOVERY_HOURS = ReportParameter("recovery_hours", 24, 1, 24 * 31)
TOP = ReportParameter("top", 12, 1, 1000)
FIRST = ReportParameter("top", 0, is_place=True)
"""How many rows of a list, 0 for all of them. With TOP the other rows are one, or do not matter."""
LIMIT = ReportParameter("limit", 0, most=100_000, is_place=True)
"""How many rows at a time, 0 for all of them: a page of so many is held in memory."""
ACROSS = ReportParameter("across", "apart", choices=("apart", "crossed"))
SPAN = (ReportParameter("longer_than", 0), ReportParameter("at_most", None))
UNLIMITED = 0
"""The depth at which a client counts as known since the first lead that we have."""
DEPTH = ReportParameter("depth", UNLIMITED, UNLIMITED, 3_650)
LEAST = ReportParameter("least", 20, 1, 1000)
_UNITS = ("day", "week", "month", "year")
UNIT = ReportParameter("unit", "day", choices=_UNITS)
HOURS_UNIT = ReportParameter("unit", "day", choices=("hour", *_UNITS))
LEAD_TYPES = ("call", "request")
LEAD = (
    ReportParameter("lead_type", "call", choices=LEAD_TYPES),
    ReportParameter("lead_id", 0, most=2**63 - 1),
)
AFTER = (
    ReportParameter("after_at", None, is_instant=True, is_place=True),
    ReportParameter("after_type", None, choices=LEAD_TYPES, is_place=True),
    ReportParameter("after_id", None, most=2**63 - 1, is_place=True),
)
JOURNAL_SORTS = (
    *("at", "lead_type", "lead_id", "source", "utm_source", "utm_medium", "utm_campaign"),
    *("utm_content", "utm_term", "model", "status", "duration", "waiting_time", "unique"),
    *("target", "unique_target", "spam", "manager", "phone_number", "city", "device", "site"),
    *("rating", "deliveries"),
)
"""By what the journal is sorted: by nothing that is masked for some, as the order would tell."""
SORT = ReportParameter(
    "sort", None, choices=(*JOURNAL_SORTS, *(f"-{name}" for name in JOURNAL_SORTS))
)
"""By this column, from the least, or with a minus before its name from the largest."""
SKIP = ReportParameter("skip", 0, is_place=True)
"""So many rows of a list that is sorted come before."""
JOURNAL = (LIMIT, *AFTER, SORT, SKIP)
OPERATION_STATES = (
    *("behind", "waiting", "running", "held"),
    *("done", "skipped", "failed", "unknown", "dropped"),
)
UNDECIDED = "undecided"
"""Instead of a state: those that wait for a person, failed, unknown and held."""
FLOW = ReportParameter("flow", None, is_text=True)
OPERATIONS_ASKED = (
    FLOW,
    ReportParameter("state", None, choices=(*OPERATION_STATES, UNDECIDED)),
    ReportParameter("reason", None, is_text=True),
    ReportParameter("step", None, is_text=True),
    ReportParameter("host", None, is_text=True),
    ReportParameter("http_status", None, 100, 599),
    ReportParameter("lead", None, most=2**63 - 1),
)
AMONG = ReportParameter("among", None, most=2**63 - 1, is_numbers=True, is_place=True)
"""Numbers of operations, to choose from these alone."""
CHANGED = (
    ReportParameter("since", None, is_instant=True),
    LIMIT,
    ReportParameter("changed_after", 0, most=2**63 - 1, is_place=True),
)
BEFORE = ReportParameter("before", None, most=2**63 - 1, is_place=True)
OPERATIONS = (*OPERATIONS_ASKED, AMONG, LIMIT, BEFORE)
