update shipping.parcels
set taken_at = clock_timestamp(), is_erased = is_erased or number = any(%(erased)s)
where host = %(host)s and number = any(%(numbers)s)
