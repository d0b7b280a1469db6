delete from digest.lead_changes
using refolded
where lead_changes.lead_type = refolded.lead_type and lead_changes.lead_id = refolded.lead_id;

insert into digest.lead_changes by name
select * from folded;
