delete from lead_changes
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into lead_changes by name
select * exclude (lead_no, place)
from changes
order by lead_no, place, field;

delete from delivery_gaps
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into delivery_gaps by name
select * from gaps;
