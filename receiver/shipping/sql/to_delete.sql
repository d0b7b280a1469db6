select host, number, inbox, segment, last, place
from shipping.parcels
where
    place > %(after)s
    and place <= %(through)s
    and taken_at is not null
    and (
        place <= %(cleared)s
        or is_erased
        or taken_at < now() - make_interval(
            days => case inbox when 'flows' then %(flow_days)s else %(days)s end
        )
    )
order by place
limit 1000
