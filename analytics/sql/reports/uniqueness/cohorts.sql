-- Who comes back: people by the month of their first lead (cohort), and how many of them had a
-- further lead in that month (months_since 0) and in each month after it, to the month of $to.
--
-- A person: the same phone, else e-mail, else ctCallerId, however they are written (person), on
-- whatever site, by calls and requests together. People count whose first lead of all is among the leads that the filters
-- leave; their further leads count whatever the filters, up to $to. people_returned / people is
-- share, 0 to 1. The last months are not over, so their shares may still grow.
with {{ picked }},

asked as (
    select
        person,
        min({{ moment("picked") }}) as first_at,
        min(day) as first_day
    from picked
    where person is not null
    group by person
),

-- Their other leads. Those before the first of the picked ones show who is no newcomer.
others as (
    select
        asked.person,
        asked.first_day,
        history.moment < asked.first_at as is_earlier,
        history.day as other_day
    from (
        select
            person,
            {{ moment("leads") }} as moment,
            day
        from leads
        where day <= $to and person is not null
    ) as history
    inner join asked on asked.person = history.person and history.moment <> asked.first_at
),

known as (
    select distinct person, first_day
    from others
    where is_earlier
),

-- A month is a number here: years times twelve, plus months.
cohorts as (
    select year(first_day) * 12 + month(first_day) - 1 as month, sum(people)::bigint as people
    from (
        select first_day, count(*) as people
        from asked
        group by first_day
        union all
        select first_day, -count(*) as people
        from known
        group by first_day
    )
    group by month
    having sum(people) > 0
),

returns as (
    select
        year(first_day) * 12 + month(first_day) - 1 as month,
        year(other_day) * 12 + month(other_day) - 1 - month as months_since,
        count(distinct person) as people_returned
    from others
    anti join known using (person)
    where not is_earlier
    group by all
),

grid as (
    select month, people, unnest(range(year($to) * 12 + month($to) - month)) as months_since
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
