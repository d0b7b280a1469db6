delete from lead_comments
where (lead_type, lead_id) in (select (lead_type, lead_id) from refolded);

insert into lead_comments by name
select * from folded;
