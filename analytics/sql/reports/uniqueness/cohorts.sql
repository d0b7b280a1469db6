-- Who comes back: people by the month of their first lead (cohort), and how many of them had a
-- further lead in that month (months_since 0) and in each month after it, to the month of $to.
--
-- A person: the same phone, else e-mail, else ctCallerId, however they are written (person), on
-- whatever site, by calls and requests together. People count whose first lead of all is among the leads that the filters
-- leave; their further leads count whatever the filters, up to $to. people_returned / people is
-- share, 0 to 1. The last months are not over, so their shares may still grow.
with {{ picked }},

-- Where nothing but the days is asked, each person's turns tell it all (turns in definitions.sql). Else,
-- and for readers who are not told them, people are looked for among all leads.
{% set sought %}
{% if narrowed %}
(not ({{ is_turn_told }}) or person_first_day >= $from)
{%- else %}
not ({{ is_turn_told }})
{%- endif %}
{% endset %}
asked as (
    select
        person,
        min({{ moment("picked") }}) as first_at,
        min(day) as first_day
    from picked
    where person is not null and {{ sought }}
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
        where day <= $to and person is not null and {{ sought }}
    ) as history
    inner join asked on asked.person = history.person and history.moment <> asked.first_at
),

known as (
    select distinct person, first_day
    from others
    where is_earlier
),

first_days as (
    select first_day, count(*) as people
    from asked
    group by first_day
    union all
    select first_day, -count(*) as people
    from known
    group by first_day
{% if not narrowed %}
    union all
    select day as first_day, count(*) as people
    from picked
    where person_turn = 1
    group by day
{% endif %}
),

-- A month is a number here.
cohorts as (
    select {{ month_number("first_day") }} as month, sum(people)::bigint as people
    from first_days
    group by month
    having sum(people) > 0
),

returned as (
    select
        {{ month_number("first_day") }} as month,
        {{ month_number("other_day") }} - month as months_since,
        count(distinct person) as people_returned
    from others
    anti join known using (person)
    where not is_earlier
    group by all
{% if not narrowed %}
    union all
    -- Of each person the first lead of a month, but for the very first one.
    select
        {{ month_number("first_day") }} as month,
        {{ month_number("other_day") }} - month as months_since,
        sum(people) as people_returned
    from (
        select person_first_day as first_day, day as other_day, count(*) as people
        from leads
        where day <= $to
            and person_first_day between $from and $to
            and (person_turn = 2 or person_previous_day < date_trunc('month', day))
        group by all
    )
    group by all
{% endif %}
),

returns as (
    select month, months_since, sum(people_returned)::bigint as people_returned
    from returned
    group by month, months_since
),

grid as (
    select month, people, unnest(range({{ month_number("$to") }} + 1 - month)) as months_since
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
