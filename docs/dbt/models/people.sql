-- A row per person: when they first came, from where, and how often since.
select
    person,
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    min(day) as first_day,
    max(day) as last_day,
    arg_min(source, happened_at) as first_source,
    arg_min(medium, happened_at) as first_medium
from {{ source('calltouch', 'leads') }}
where person is not null
group by person
