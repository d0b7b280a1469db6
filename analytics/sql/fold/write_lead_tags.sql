delete from lead_tags
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into lead_tags by name
select * from folded;
