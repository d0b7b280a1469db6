delete from lead_attributions
using refolded
where lead_attributions.lead_type = refolded.lead_type and lead_attributions.lead_id = refolded.lead_id;

insert into lead_attributions by name
select * from folded;
