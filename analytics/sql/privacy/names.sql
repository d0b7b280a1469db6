-- The words of the names of clients (in lower case, е for ё), once for all questions of a connection.
create temp table if not exists known_names_{{ catalog }} as
select
    fio,
    unnest(string_split(translate(lower(fio), 'ё.,_-+', 'е     '), ' ')) as word
from (
    select distinct fio from leads where fio is not null and not starts_with(fio, 'erased:')
) as named;
