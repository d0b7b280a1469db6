delete from lead_comments
using stored
where lead_comments.lead_type = stored.lead_type and lead_comments.lead_id = stored.lead_id;

insert into lead_comments by name
select * from folded;
