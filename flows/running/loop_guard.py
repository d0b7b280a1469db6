"""One lead that starts one flow again and again: our own doings come back as webhooks."""

from datetime import datetime, timedelta

from flows.running.progress import OperationProgress
from flows.store import operations

MOST_A_DAY = 20
LOOP_SUSPECTED = "loop-suspected"


def hold_where_it_loops(progress: OperationProgress) -> None:
    """Beyond so many a day the rest waits for a person; one that he lets go is not held again.
    Raises `Paused`."""
    operation = progress.operation
    if operation.lead_id is None or LOOP_SUSPECTED in operation.notes:
        return
    since = (datetime.fromisoformat(operation.received_at) - timedelta(days=1)).isoformat()
    count = progress.write(lambda db: operations.count_of_lead(db, operation, since))
    if count > MOST_A_DAY:
        progress.hold(LOOP_SUSPECTED, LOOP_SUSPECTED)
