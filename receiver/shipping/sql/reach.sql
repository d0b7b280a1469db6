-- No row comes back where the segment was not shipped exactly until then.
insert into shipping.segments as known (segment, host, shipped)
select %(segment)s, %(host)s, %(last)s
where %(first)s = 0 or exists (select from shipping.segments where segment = %(segment)s)
on conflict (segment) do update set shipped = excluded.shipped where known.shipped = %(first)s
returning shipped
