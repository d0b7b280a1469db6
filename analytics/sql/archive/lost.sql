select
    coalesce(sum(last_id - first_id + 1), 0)::bigint as deliveries,
    min(day) as first_day,
    max(day) as last_day
from lost_deliveries
