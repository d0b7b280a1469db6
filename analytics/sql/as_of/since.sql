-- How much was known at an instant, and how much came since: one row.
select
    count(*) filter (where received_at <= $as_of) as known,
    count(*) filter (where received_at > $as_of) as since,
    min(received_at) as first_received_at
from digest.deliveries;
