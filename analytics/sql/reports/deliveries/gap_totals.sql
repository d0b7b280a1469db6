-- Suspected gaps that the deliveries of the period show, by reason and by what has come of them
-- (explanation, NULL while nothing has).
with {{ received }},

{{ part("suspected") }}

select
    reason,
    explanation,
    count(*) as gaps,
    count(distinct (lead_type, lead_id)) as leads
from suspected
group by reason, explanation
order by gaps desc, reason, explanation nulls first;
