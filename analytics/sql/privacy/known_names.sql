-- The names of clients of which two words are among $words.
select fio
from known_names_{{ catalog }}
where len(word) > 2 and word in (select unnest($words))
group by fio
having count(distinct word) >= 2
limit 20000;
