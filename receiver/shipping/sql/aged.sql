-- All that were taken so many days ago have places up to this one.
select coalesce(
    (
        select place
        from shipping.parcels
        where place > 0 and taken_at >= now() - make_interval(days => %(days)s)
        order by place
        limit 1
    ),
    %(through)s
)::bigint
