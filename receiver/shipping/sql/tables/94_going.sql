-- Those that go before the others.
create index if not exists going on shipping.parcels (place) where is_erased or inbox = 'flows'
