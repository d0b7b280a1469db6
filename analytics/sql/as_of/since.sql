-- When the first delivery was received, when the last one of those that were known, and how many
-- have come since: one row.
select
    min(received_at) as first_received_at,
    max(received_at) filter (where received_at <= $as_of) as last_received_at,
    count(*) filter (where received_at > $as_of) as since
from digest.deliveries;
