delete from lead_url_params
using refolded
where lead_url_params.lead_type = refolded.lead_type and lead_url_params.lead_id = refolded.lead_id;

insert into lead_url_params by name
select * from folded;
