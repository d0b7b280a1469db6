-- The sites that leads of the last three months came from: where a rule for each site looks.
select site_id
from leads
where site_id is not null
    and first_received_at >= $now - interval 92 days
group by site_id
order by site_id;
