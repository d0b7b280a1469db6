insert into shipping.ledger default values on conflict do nothing
