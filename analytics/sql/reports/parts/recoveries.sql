-- The missed calls among the leads, and when their clients were answered: what the view missed_calls
-- says, worked out for these calls alone.
missed as (
    select
        lead_id,
        day,
        happened_local,
        first_received_at,
        is_worktime,
        happened_at as missed_at,
        hash(coalesce(site_id, -1), person) as client,
        person is not null as is_told
    from picked
    where {{ is_missed }}
),

-- An answer is later than the call; a day earlier is read for zones that turn their clocks back at
-- midnight.
answered as (
    select happened_at, client
    from (
        select
            happened_at,
            hash(coalesce(site_id, -1), person) as client
        from leads
        where {{ is_answered }}
            and person is not null
            and happened_at is not null
            and day >= $from - 1
    )
    semi join (from missed where is_told) as callers using (client)
),

recoveries as (
    select
        missed.lead_id,
        missed.day,
        missed.happened_local,
        missed.first_received_at,
        missed.is_worktime,
        missed.missed_at,
        answered.happened_at as recovered_at
    from missed
    asof left join answered
        on answered.client = missed.client and answered.happened_at > missed.missed_at
)
