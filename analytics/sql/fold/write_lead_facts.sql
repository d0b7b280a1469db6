delete from digest.lead_facts
using folded
where lead_facts.lead_type = folded.lead_type and lead_facts.lead_id = folded.lead_id;

insert into digest.lead_facts by name
select * from folded;
