select
    date_trunc('month', day)::date as month,
    count(*) as leads,
    count(distinct person) as people,
    count(person) / nullif(count(distinct person), 0) as leads_per_person
from leads
where day between {{ first | literal }} and {{ last | literal }}
group by month
order by month;
