delete from lead_comments
using refolded
where lead_comments.lead_type = refolded.lead_type and lead_comments.lead_id = refolded.lead_id;

insert into lead_comments by name
select * from folded;
