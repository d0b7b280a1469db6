delete from digest.lead_states
using forgotten
where lead_states.lead_type = forgotten.lead_type and lead_states.lead_id = forgotten.lead_id;

delete from digest.lead_states
using outdated
where lead_states.lead_type = outdated.lead_type
    and lead_states.lead_id = outdated.lead_id
    and lead_states.delivery_id = outdated.delivery_id;

insert into digest.lead_states by name
select * from folded;
