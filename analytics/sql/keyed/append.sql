insert into memory.main."{{ table }}"
select * from appended;
