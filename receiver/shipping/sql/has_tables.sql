select to_regclass('shipping.flow_addresses') is not null
