"""Where the recording of a call is: known to this process alone, never to a page."""

from analytics.published_file import Published


def reclink_of(published: Published, lead_id: int) -> str | None:
    """The link that Calltouch sent last; None where there is none."""
    query = "select reclink from leads where lead_type = 'call' and lead_id = $lead_id"
    with published.reading() as db:
        row = db.execute(query, {"lead_id": lead_id}).fetchone()
    return None if row is None else row[0]
