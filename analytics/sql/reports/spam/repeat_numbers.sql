-- The $top phones with the most leads in the period, two at least.
--
-- spam: those marked as spam (is_spam); first_day, last_day: of these leads; sources: where they came
-- from, each once, with commas between, NULL if none is known.
with picked as (from leads),

numbered as (
    select caller_phone, source, day, is_spam
    from picked
    where caller_phone is not null
),

most as (
    select caller_phone, count(*) as leads
    from numbered
    group by caller_phone
    having leads > 1
    order by leads desc, caller_phone
    limit $top
)

select
    most.caller_phone,
    most.leads,
    count(*) filter (where numbered.is_spam) as spam,
    min(numbered.day) as first_day,
    max(numbered.day) as last_day,
    string_agg(distinct numbered.source, ', ' order by numbered.source) as sources
from most
inner join numbered using (caller_phone)
group by most.caller_phone, most.leads
order by most.leads desc, most.caller_phone;
