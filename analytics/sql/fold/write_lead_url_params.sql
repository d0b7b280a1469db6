delete from lead_url_params
using stored
where lead_url_params.lead_type = stored.lead_type and lead_url_params.lead_id = stored.lead_id;

insert into lead_url_params by name
select * from folded;
