create index if not exists waiting on shipping.parcels (host, number) where place is null
