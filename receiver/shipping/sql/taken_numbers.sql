select host, taken from shipping.hosts
