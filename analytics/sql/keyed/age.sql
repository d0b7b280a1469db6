select * from freshness;
