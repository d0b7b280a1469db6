"""The URL of a call's recording: known to this process only, never sent to a page."""

from analytics.published_file import Published
from analytics.stand_ins import ERASED


def reclink_of(published: Published, lead_id: int) -> str | None:
    """The latest link from Calltouch; None if there is none, or it was erased."""
    query = "select reclink from leads where lead_type = 'call' and lead_id = $lead_id"
    with published.reading() as db:
        row = db.execute(query, {"lead_id": lead_id}).fetchone()
    link = None if row is None else row[0]
    return None if link is None or link.startswith(ERASED) else link
