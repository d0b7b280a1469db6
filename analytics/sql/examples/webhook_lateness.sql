with timed as (
    select
        webhook,
        if(
            sent_at <> received_at,
            (epoch_us(received_at) - epoch_us(sent_at)) // 1000000,
            null
        ) as seconds
    from deliveries
    where origin = 'webhook'
        and timezone({{ timezone | literal }}, received_at)::date
            between {{ first | literal }} and {{ last | literal }}
)

select
    webhook,
    count(*) as deliveries,
    quantile_disc(seconds, 0.5) as median_seconds,
    quantile_disc(seconds, 0.95) as p95_seconds,
    count(*) filter (where seconds > 600) as later_than_10_minutes
from timed
group by webhook
order by deliveries desc, webhook;
