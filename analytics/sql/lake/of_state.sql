-- In PostgreSQL, as all that names calltouch.lakes.
select number from calltouch.lakes
where state = %(state)s and changed_at <= now() - make_interval(secs => %(seconds)s)
order by number desc;
