create schema digest;

create table digest.positions (
    segment varchar not null,
    position bigint not null
);

comment on table digest.positions is 'Служебная: до какого места прочитан каждый файл inbox | Internal: how far each inbox segment has been digested';
comment on column digest.positions.segment is 'Имя файла | Name of the segment file';
comment on column digest.positions.position is 'Смещение после последней учтённой доставки, байты | Offset after the last digested delivery, bytes';

create table digest.basis (
    name varchar not null,
    value varchar not null
);

comment on table digest.basis is 'Служебная: настройки и версия, с которыми построены таблицы; другие значения — повод перестроить | Internal: the settings and version the tables were made with; different ones call for a rebuild';
comment on column digest.basis.name is 'Название | Name';
comment on column digest.basis.value is 'Значение | Value';
