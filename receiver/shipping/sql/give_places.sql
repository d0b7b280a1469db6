-- Host by host in turn: a long queue of one keeps no other waiting.
with queue as (
    select
        hosts.host,
        first_ones.number,
        row_number() over (order by first_ones.turn, hosts.host) as nth
    from shipping.hosts
    cross join lateral (
        select parcels.number, row_number() over (order by parcels.number) as turn
        from shipping.parcels
        where parcels.host = hosts.host and parcels.place is null
        order by parcels.number
        limit %(at_most)s
    ) as first_ones
)
update shipping.parcels
set place = queue.nth + greatest(
    %(through)s, (select coalesce(max(place), 0) from shipping.parcels)
)
from queue
where parcels.host = queue.host and parcels.number = queue.number
