-- The version of the addresses of flows that the host serves.
alter table shipping.hosts add column if not exists addresses bigint
