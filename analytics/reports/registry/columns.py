"""Columns that several reports have, and what they hold of a person."""

from analytics.privacy.holds import Privacy, holding, plain

LEADS = plain("leads calls requests unique_leads uniqueness_known")
"""How many there are of what, as in those below."""
TARGET = plain("target_leads target_known unique_target_leads target_rate")
JUNK = plain("leads spam spam_known antifraud junk junk_known junk_rate")
BY_MODEL = holding(Privacy.LINK, "source_0", "medium_0", "source_1", "medium_1")
PREVIOUS = plain("previous_lead_type previous_lead_id previous_at seconds")
HAS = plain("has_recording has_transcript")
FAILURE = plain("operation_id flow state step_name host reason")
OPERATION = FAILURE | plain("finished_at seconds http_status attempt_outcome")
"""Words of ours and of a flow's definition; what a stranger wrote is in `problems`."""
