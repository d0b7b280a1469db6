select pg_advisory_xact_lock(hashtextextended('calltouch: make tables', 0))
