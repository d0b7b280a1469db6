delete from lead_changes
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into lead_changes by name
select * from folded;
