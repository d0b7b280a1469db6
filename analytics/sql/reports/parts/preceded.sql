-- How many seconds before a lead its client's previous one was; no row for a client's first.
repeaters as (from parts),

followed as (
    select lead_type, lead_id, moment, lag(moment) over (
        partition by client order by moment, lead_type, lead_id
    ) as previous_at
    from told
    semi join repeaters using (client)
),

preceded as (
    select lead_type, lead_id, min(epoch(moment) - epoch(previous_at)) as seconds
    from followed
    where previous_at is not null
    group by lead_type, lead_id
)
