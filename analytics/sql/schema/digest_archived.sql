create table digest.archived (
    segment varchar not null,
    position bigint not null
);

comment on table digest.archived is 'Служебная: до какого места каждый файл inbox перенесён в архив | Internal: how far each inbox segment has been archived';
comment on column digest.archived.segment is 'Имя файла | Name of the segment file';
comment on column digest.archived.position is 'Смещение после последней доставки в архиве, байты | Offset after the last archived delivery, bytes';

create table digest.archive_end (
    last_id bigint not null
);

comment on table digest.archive_end is 'Служебная: последняя доставка, перенесённая в архив, одна строка | Internal: last archived delivery, one row';
comment on column digest.archive_end.last_id is 'Номер доставки | Delivery number';
