-- Who comes back: people by the month of their first lead (cohort), and how many of them had a
-- further lead in that month (months_since 0) and in each month after it, to the month of $to.
--
-- A person: the same caller_phone, else email, else ct_caller_id, on whatever site, by calls and
-- requests together. People count whose first lead of all is among the leads that the filters
-- leave; their further leads count whatever the filters, up to $to. people_returned / people is
-- share, 0 to 1. The last months are not over, so their shares may still grow.
with picked as (from leads),

-- A month is a number here: years times twelve, plus months.
history as not materialized (
    select
        hash(coalesce(caller_phone, email, ct_caller_id)) as person,
        coalesce(happened_at, first_received_at) as moment,
        year(day) * 12 + month(day) - 1 as month
    from leads
    where day <= $to and coalesce(caller_phone, email, ct_caller_id) is not null
),

firsts as (
    select person, min(moment) as first_at, count(*) > 1 as has_more
    from history
    group by person
),

asked as (
    select
        hash(coalesce(caller_phone, email, ct_caller_id)) as person,
        min(coalesce(happened_at, first_received_at)) as first_at,
        min(year(day) * 12 + month(day) - 1) as month
    from picked
    where coalesce(caller_phone, email, ct_caller_id) is not null
    group by person
),

newcomers as (
    select person, first_at, asked.month, has_more
    from asked
    inner join firsts using (person, first_at)
),

returns as (
    select
        newcomers.month,
        history.month - newcomers.month as months_since,
        count(distinct person) as people_returned
    from newcomers
    inner join history using (person)
    where has_more and history.moment > newcomers.first_at
    group by all
),

cohorts as (
    select month, count(*) as people
    from newcomers
    group by month
),

grid as (
    select
        month,
        people,
        unnest(range(year($to) * 12 + month($to) - month)) as months_since
    from cohorts
)

select
    make_date(month // 12, month % 12 + 1, 1) as cohort,
    months_since,
    people,
    coalesce(people_returned, 0) as people_returned,
    coalesce(people_returned, 0) / people as share
from grid
left join returns using (month, months_since)
order by cohort, months_since;
