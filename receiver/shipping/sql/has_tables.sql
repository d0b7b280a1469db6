-- The last that was added.
select to_regclass('shipping.going') is not null
