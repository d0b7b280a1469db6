-- One that lives is heard of again within seconds.
update shipping.hosts set is_forgotten = true, missing = 0 where host = %(host)s returning host
