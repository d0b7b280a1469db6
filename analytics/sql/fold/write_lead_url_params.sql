delete from lead_url_params
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into lead_url_params by name
select * from folded;
