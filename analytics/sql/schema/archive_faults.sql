create table archive_faults (
    problem varchar not null,
    file varchar,
    first_id bigint,
    last_id bigint,
    first_day date,
    last_day date,
    explanation varchar not null
);

comment on table archive_faults is 'Что пропало или повреждено в архиве доставок; пусто, если всё цело | What is missing or damaged in the delivery archive; empty if it is intact';
comment on column archive_faults.problem is 'missing — файла нет, damaged — повреждён, gap — нет файла с этими номерами, manifest — повреждён список файлов, disagrees — расходится с хранилищем, unknown — чужой файл, waits — пересборка ждёт архива | missing: file missing, damaged: file damaged, gap: no file has these numbers, manifest: file list damaged, disagrees: differs from the store, unknown: file does not belong to the archive, waits: a rebuild is waiting for the archive';
comment on column archive_faults.file is 'Файл в archive/deliveries; NULL, если не о файле | File in archive/deliveries; NULL if not about a file';
comment on column archive_faults.first_id is 'Первая доставка; NULL, если неизвестна | First delivery; NULL if unknown';
comment on column archive_faults.last_id is 'Последняя доставка; NULL, если неизвестна | Last delivery; NULL if unknown';
comment on column archive_faults.first_day is 'Первый день приёма, UTC; NULL, если неизвестен | First day of receipt, UTC; NULL if unknown';
comment on column archive_faults.last_day is 'Последний день приёма, UTC; NULL, если неизвестен | Last day of receipt, UTC; NULL if unknown';
comment on column archive_faults.explanation is 'Что случилось, по-английски, как в журнале программы | What happened, as in the program log';
