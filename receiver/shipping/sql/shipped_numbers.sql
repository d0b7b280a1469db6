select host, shipped from shipping.hosts where %(host)s::text is null or host = %(host)s
