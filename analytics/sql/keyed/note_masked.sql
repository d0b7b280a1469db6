insert into memory.main."{{ masked_in }}"
select text, masked from changed;
