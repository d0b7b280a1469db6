delete from delivery_gaps where delivery_id in (select delivery_id from refolded);

insert into delivery_gaps by name
select * from folded;
