-- Which of $numbers are phones of clients: all of their digits, or the last ten.
select unnest([number, right(number, 10)]) as number
from (select distinct canonical_phone as number from leads where canonical_phone is not null)
where number in (select unnest($numbers)) or right(number, 10) in (select unnest($numbers));
