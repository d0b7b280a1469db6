-- Of which inbox of its host, and into which one it is taken: webhooks or flows.
alter table shipping.parcels add column if not exists inbox text not null default 'webhooks'
