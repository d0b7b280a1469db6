delete from digest.lead_changes where delivery_id in (select delivery_id from refolded);

insert into digest.lead_changes by name
select * from folded;
