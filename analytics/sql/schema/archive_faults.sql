create table archive_faults (
    problem varchar not null,
    file varchar,
    first_id bigint,
    last_id bigint,
    first_day date,
    last_day date,
    explanation varchar not null
);

comment on table archive_faults is 'Чего не хватает в архиве доставок или что в нём повреждено; пусто, если всё цело | What is missing or damaged in the archive of deliveries; empty when it is whole';
comment on column archive_faults.problem is 'missing — файла нет, damaged — повреждён, gap — нет файла с этими номерами, manifest — повреждён список файлов, disagrees — расходится с хранилищем, unknown — чужой файл, waits — перестройка ждёт архива | missing: the file is gone, damaged, gap: no file has these numbers, manifest: the list of files is damaged, disagrees: with the store, unknown: a file that does not belong there, waits: a rebuild waits for the archive';
comment on column archive_faults.file is 'Файл в archive/deliveries; NULL, если не о файле | File in archive/deliveries; NULL if it is not about one';
comment on column archive_faults.first_id is 'Первая доставка; NULL, если неизвестна | First delivery; NULL if not known';
comment on column archive_faults.last_id is 'Последняя доставка; NULL, если неизвестна | Last delivery; NULL if not known';
comment on column archive_faults.first_day is 'Первый день приёма, UTC; NULL, если неизвестен | First day of receipt, UTC; NULL if not known';
comment on column archive_faults.last_day is 'Последний день приёма, UTC; NULL, если неизвестен | Last day of receipt, UTC; NULL if not known';
comment on column archive_faults.explanation is 'Что случилось, по-английски, как в журнале программы | What happened, as in the program''s log';
