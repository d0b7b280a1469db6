delete from delivery_gaps
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into delivery_gaps by name
select * from folded;
