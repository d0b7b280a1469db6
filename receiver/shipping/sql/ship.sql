insert into shipping.parcels (host, number, segment, first, last, content)
values (%(host)s, %(number)s, %(segment)s, %(first)s, %(last)s, %(content)s)
