delete from delivery_gaps
using refolded
where delivery_gaps.lead_type = refolded.lead_type and delivery_gaps.lead_id = refolded.lead_id;

insert into delivery_gaps by name
select * from folded;
