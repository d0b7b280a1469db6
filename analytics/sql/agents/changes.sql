-- What changed in leads after the delivery $cursor and since the instant $since, oldest first: $limit
-- changes, and those that the last of their deliveries made besides.
select *
from lead_changes
where
    delivery_id > $cursor
    and ($since is null or changed_at >= $since::timestamptz)
qualify rank() over (order by delivery_id) <= $limit
order by delivery_id, lead_type, lead_id, field
