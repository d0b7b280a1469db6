-- Leads of the days $from to $to, both included, per $unit ('day', 'week', 'month' or 'year'): one
-- row for each of them, also where there were no leads. `starts_on` is its first day (a week's is
-- Monday), which may lie before $from; only leads of the days asked for are counted. Days are those
-- of $timezone.
with dated as (
    select
        lead_type,
        coalesce(happened_local, first_received_at at time zone $timezone)::date as day
    from leads
),

units as (
    select unnest(
        generate_series(
            date_trunc($unit, $from::date)::timestamp,
            $to::date::timestamp,
            case $unit
                when 'day' then interval 1 day
                when 'week' then interval 7 day
                when 'month' then interval 1 month
                when 'year' then interval 1 year
            end
        )
    )::date as starts_on
),

counted as (
    select
        date_trunc($unit, day)::date as starts_on,
        count(*) filter (where lead_type = 'call') as calls,
        count(*) filter (where lead_type = 'request') as requests
    from dated
    where day between $from and $to
    group by all
)

select
    starts_on,
    coalesce(calls, 0) as calls,
    coalesce(requests, 0) as requests
from units
left join counted using (starts_on)
order by starts_on;
