delete from lead_tags
using refolded
where lead_tags.lead_type = refolded.lead_type and lead_tags.lead_id = refolded.lead_id;

insert into lead_tags by name
select * from folded;
