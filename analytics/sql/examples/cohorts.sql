with first_days as (
    select person, min(day) as first_day
    from leads
    where person is not null
    group by person
)

select
    date_trunc('month', first_day)::date as cohort,
    date_diff('month', first_day, leads.day) as months_since,
    count(distinct person) as people_returned
from first_days
inner join leads using (person)
where first_day between {{ first | literal }} and {{ last | literal }}
    and leads.day <= {{ last | literal }}
    and date_diff('month', first_day, leads.day) > 0
group by all
order by all;
