-- The months that leads are of.
select min(day) as first, max(day) as last
from leads
group by date_trunc('month', day)
order by first;
