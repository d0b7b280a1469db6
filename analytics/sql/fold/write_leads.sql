insert into leads by name
select
    placed.*,
{% for column in linked %}
    if(links.lead_id is null, replaced.{{ column }}, links.{{ column }}) as {{ column }}{{ "," if not loop.last else "" }}
{% endfor %}
from placed_leads as placed
left join links using (lead_type, lead_id)
left join replaced_leads as replaced using (lead_type, lead_id)
order by happened_at, lead_type, lead_id;
