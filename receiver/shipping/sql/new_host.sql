insert into shipping.hosts (host, installation) values (%(host)s, %(installation)s)
