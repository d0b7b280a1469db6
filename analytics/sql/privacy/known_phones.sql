-- Which of $numbers are phones of clients: all of their digits, or the last ten.
with known as (
    select distinct
        -- Of the usual length it is nothing but digits.
        if(len(caller_phone) = 11, caller_phone, regexp_replace(caller_phone, '[^0-9]', '', 'g'))
            as digits
    from leads
    where caller_phone is not null
)

select unnest([digits, right(digits, 10)]) as number
from known
where digits in (select unnest($numbers)) or right(digits, 10) in (select unnest($numbers));
