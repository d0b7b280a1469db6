-- Of a lead with very much in its deliveries they were copied for the fold.
insert into refolded_deliveries by name
select delivery_id, sort_key, outcome, is_late, problems
from digest.deliveries;

delete from digest.deliveries;
delete from digest.lead_facts;
delete from digest.lead_states;
