-- The names of clients of which two words are among $words (in lower case, е for ё).
with spoken as (
    select
        fio,
        unnest(list_distinct(string_split(translate(lower(fio), 'ё.,_-+', 'е     '), ' '))) as word
    from (select distinct fio from leads where fio is not null) as named
)

select fio
from spoken
where len(word) > 2 and word in (select unnest($words))
group by fio
having count(*) >= 2
limit 20000;
