with followed as (
    select
        day,
        site_id,
        is_unique,
        coalesce(happened_at, first_received_at) as moment,
        lag(coalesce(happened_at, first_received_at)) over (
            partition by site_id, person
            order by coalesce(happened_at, first_received_at), lead_type, lead_id
        ) as previous_moment
    from leads
    where person is not null
)

select
    site_id,
    count(*) as leads,
    count(*) filter (where previous_moment is null or moment - previous_moment > interval 30 day)
        as unique_in_30_days,
    count(*) filter (where is_unique) as unique_in_calltouch
from followed
where day between {{ first | literal }} and {{ last | literal }}
group by site_id
order by site_id;
