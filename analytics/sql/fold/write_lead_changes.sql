delete from digest.lead_changes
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into digest.lead_changes by name
select * from folded;
