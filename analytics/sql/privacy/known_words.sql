-- Which of $words (in lower case, е for ё) are words of the names of clients.
select distinct word
from (
    select unnest(string_split(translate(lower(fio), 'ё.,_-+', 'е     '), ' ')) as word
    from (select distinct fio from leads where fio is not null) as named
) as spoken
where word in (select unnest($words));
