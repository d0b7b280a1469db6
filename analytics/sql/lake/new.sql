insert into calltouch.lakes (number, state)
select coalesce(max(number), 0) + 1, 'making' from calltouch.lakes
returning number;
