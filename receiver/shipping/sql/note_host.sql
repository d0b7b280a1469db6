update shipping.hosts
set taken = greatest(taken, %(number)s), missing = missing + %(missing)s
where host = %(host)s
