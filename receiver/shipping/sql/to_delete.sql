-- What is kept is not looked at: there may be millions of it.
select host, number, inbox, segment, last, place
from shipping.parcels
where
    place > %(after)s
    and place <= least(%(through)s, greatest(%(cleared)s, %(aged)s))
    and taken_at is not null
    and (
        place <= %(cleared)s
        or inbox = 'webhooks' and taken_at < now() - make_interval(days => %(days)s)
    )
union
select host, number, inbox, segment, last, place
from shipping.parcels
where
    place > %(after)s
    and place <= %(through)s
    and taken_at is not null
    and (is_erased or inbox = 'flows')
    and (is_erased or taken_at < now() - make_interval(days => %(flow_days)s))
order by place
limit 1000
