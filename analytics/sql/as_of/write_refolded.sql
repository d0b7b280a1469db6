insert into refolded_deliveries by name
select * from folded;
