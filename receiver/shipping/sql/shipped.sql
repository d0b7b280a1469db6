update shipping.hosts set shipped = %(number)s, heard_at = clock_timestamp() where host = %(host)s
