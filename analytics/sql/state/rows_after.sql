-- Some rows of a table of an SQLite file, by their numbers.
select
    rowid as row_number,
    *
from "{{ table }}"
where rowid > :last
order by rowid
limit :most
