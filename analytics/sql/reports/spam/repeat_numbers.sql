-- The $top phones with the most leads in the period, two at least; 0 is all of them.
--
-- caller_phone: in its canonical form, whatever spellings were sent. in_all: how many such phones
-- there are. spam: those marked as spam (is_spam); first_day, last_day: of these leads; sources:
-- where they came from, each once, with commas between, NULL if none is known. Phones with as many leads are in an
-- order that says nothing of them to who is shown them masked.
with {{ picked }},

numbered as not materialized (
    select canonical_phone as caller_phone, source, day, is_spam
    from picked
    where canonical_phone is not null
),

most as (
    select caller_phone, count(*) as leads, count(*) over () as in_all
    from numbered
    group by caller_phone
    having leads > 1
    order by leads desc, md5(caller_phone)
    limit {{ number_or_all("$top") }}
)

select
    most.caller_phone,
    most.leads,
    count(*) filter (where numbered.is_spam) as spam,
    min(numbered.day) as first_day,
    max(numbered.day) as last_day,
    string_agg(distinct numbered.source, ', ' order by numbered.source) as sources,
    most.in_all
from most
inner join numbered using (caller_phone)
group by most.caller_phone, most.leads, most.in_all
order by most.leads desc, md5(most.caller_phone);
