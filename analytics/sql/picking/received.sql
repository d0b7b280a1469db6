-- Deliveries received on the days of the period, in the configured zone.
from deliveries
where received_at >= timezone($timezone, $from::timestamp)
    and received_at < timezone($timezone, ($to + 1)::timestamp)
