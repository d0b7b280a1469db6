create table calendar (
    day date not null,
    is_working boolean not null,
    kind varchar not null,
    name_ru varchar,
    name_en varchar,
    swapped_with date,
    works_from timestamp,
    works_until timestamp,
    is_official boolean not null
);

comment on table calendar is 'Календарь: выходные, праздники, переносы и свой график (calendar.toml), строка на день, с 2015 года до конца следующего | Calendar: days off, holidays, moved days and your own hours (calendar.toml), a row a day, from 2015 to the end of next year';
comment on column calendar.day is 'День | Day';
comment on column calendar.is_working is 'Рабочий ли день | Whether it is a working day';
comment on column calendar.kind is 'Почему: working и day_off — по дню недели, holiday — праздник, moved — перенос, own — исключение из calendar.toml | Why: working and day_off by the day of the week, holiday, moved, own: an exception in calendar.toml';
comment on column calendar.name_ru is 'Праздник, по-русски; NULL, если не праздник | Holiday, in Russian; NULL if it is none';
comment on column calendar.name_en is 'Праздник, по-английски; NULL, если не праздник | Holiday, in English; NULL if it is none';
comment on column calendar.swapped_with is 'День, с которым перенос поменял его местами; NULL, если такого нет | Day that a moved one has changed places with; NULL if none';
comment on column calendar.works_from is 'Начало работы в настроенном часовом поясе; в выходной то же, что works_until; NULL, если график не задан | When work begins, in the configured zone; on a day off the same as works_until; NULL if no hours are set';
comment on column calendar.works_until is 'Конец работы, сам он уже не рабочий; NULL, если график не задан | When work ends, which is no longer working time; NULL if no hours are set';
comment on column calendar.is_official is 'Известны ли переносы этого года | Whether the moved days of that year are known';
