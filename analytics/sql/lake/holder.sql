select host(client_addr), date_trunc('second', backend_start)::text
from pg_locks
inner join pg_stat_activity using (pid)
where locktype = 'advisory' and classid = %(key)s and granted
    and pg_locks.database = (select oid from pg_database where datname = current_database());
