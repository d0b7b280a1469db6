-- Junk per $unit ('day', 'week', 'month' or 'year'): one row for each of them, also where there were
-- no leads. `starts_on` is its first day (a week's is Monday), which may lie before the period; only
-- leads of the period are counted. The other columns are those of the report spam.
with picked as (from leads),

units as (from parts),

antifraud as (from parts),

judged as (
    select
        date_trunc($unit, day)::date as starts_on,
        is_spam,
        coalesce(is_antifraud, false) as is_antifraud
    from picked
    left join antifraud using (lead_type, lead_id)
),

counted as (
    select
        starts_on,
        count(*) as leads,
        count(*) filter (where is_spam) as spam,
        count(is_spam) as spam_known,
        count(*) filter (where is_antifraud) as antifraud,
        count(*) filter (where is_spam or is_antifraud) as junk,
        count(*) filter (where is_spam is not null or is_antifraud) as junk_known
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
