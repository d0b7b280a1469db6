delete from lead_attributions
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into lead_attributions by name
select * from folded;
