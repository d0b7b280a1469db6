-- How far a file reaches that is about to be given away whole.
select * from held.main.freshness;
