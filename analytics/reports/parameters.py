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
UNIT = ReportParameter("unit", "day", choices=("day", "week", "month", "year"))
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
JOURNAL = (LIMIT, *AFTER)
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
BEFORE = ReportParameter("before", None, most=2**63 - 1, is_place=True)
OPERATIONS = (*OPERATIONS_ASKED, AMONG, LIMIT, BEFORE)
OUTCOMES_UNIT = ReportParameter("unit", "day", choices=("hour", "day", "week", "month", "year"))
