insert into shipping.parcels (host, number, inbox, segment, first, last, content)
values (
    %(host)s, %(number)s, %(inbox)s, %(segment)s, %(first)s, %(last)s, %(content)s
)
