-- In PostgreSQL, as all that names calltouch.lakes.
-- As JSON, for the column may not be there yet.
select number, to_jsonb(lakes) ->> 'data' from calltouch.lakes
where state = %(state)s and changed_at <= now() - make_interval(secs => %(seconds)s)
order by number desc;
