-- The first day of every $unit ('day', 'week', 'month', 'year') of the period, in starts_on; a
-- week's is Monday. The first one may lie before the period. Of hours it is when each begins.
units as (
{% if unit == "hour" %}
    select unnest(
        generate_series($from::timestamp, $to::timestamp + interval 23 hour, interval 1 hour)
    ) as starts_on
{% else %}
    select unnest(
        generate_series(
            date_trunc($unit, $from)::timestamp,
            $to::timestamp,
            case $unit
                when 'day' then interval 1 day
                when 'week' then interval 7 day
                when 'month' then interval 1 month
                when 'year' then interval 1 year
            end
        )
    )::date as starts_on
{% endif %}
)
