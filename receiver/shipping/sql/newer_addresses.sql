select version, content from shipping.flow_addresses where version > %(known)s
