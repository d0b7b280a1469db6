insert into folded.touched
select * from newly_touched;
