-- Which of $words are words of the names of clients.
select distinct word
from known_names_{{ catalog }}
where word in (select unnest($words));
