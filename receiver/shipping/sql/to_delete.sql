select host, number, segment, last, place
from shipping.parcels
where
    place > %(after)s
    and place <= %(through)s
    and taken_at is not null
    and (place <= %(cleared)s or is_erased or taken_at < now() - make_interval(days => %(days)s))
order by place
limit 1000
