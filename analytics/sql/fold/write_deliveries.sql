insert into digest.deliveries by name
select * from folded;
