select id::text from shipping.ledger
