select pg_notify('calltouch_parcels', '')
