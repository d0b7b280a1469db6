select * from query_table($one)
except all
select * from query_table($other);
