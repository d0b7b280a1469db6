delete from shipping.replaced where host = %(host)s
