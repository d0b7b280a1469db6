delete from shipping.parcels where host = %(host)s and number = any(%(numbers)s)
