delete from lead_attributions
using stored
where lead_attributions.lead_type = stored.lead_type and lead_attributions.lead_id = stored.lead_id;

insert into lead_attributions by name
select * from folded;
