insert into calendar by name
select * from noted order by day
