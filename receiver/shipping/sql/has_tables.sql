select to_regclass('shipping.waiting') is not null
