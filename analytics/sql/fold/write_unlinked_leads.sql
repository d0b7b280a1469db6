{% set is_linked = false %}
{% include "fold/place_leads.sql" %}

insert into leads by name
select * from placed_leads
order by happened_at, lead_type, lead_id;
