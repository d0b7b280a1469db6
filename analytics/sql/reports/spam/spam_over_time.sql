-- Junk per $unit ('hour' to 'year'): one row for each of them, also where there were
-- no leads. `starts_on` is its first day (a week's is Monday), which may lie before the period; only
-- leads of the period are counted. The other columns are those of the report spam.
with {{ picked }},

{{ part("units") }},

{{ part("antifraud") }},

judged as (
    select
        {{ unit_start }} as starts_on,
        is_spam,
        coalesce(is_antifraud, false) as is_antifraud
    from picked
    left join antifraud using (lead_type, lead_id)
),

counted as (
    select
        starts_on,
        {{ junk_counts }}
    from judged
    group by starts_on
)

select
    starts_on,
    coalesce(leads, 0) as leads,
    coalesce(spam, 0) as spam,
    coalesce(spam_known, 0) as spam_known,
    coalesce(antifraud, 0) as antifraud,
    coalesce(junk, 0) as junk,
    coalesce(junk_known, 0) as junk_known,
    junk / nullif(junk_known, 0) as junk_rate
from units
left join counted using (starts_on)
order by starts_on;
