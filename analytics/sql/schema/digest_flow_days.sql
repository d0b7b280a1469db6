create table digest.flow_days (
    day date not null
);

comment on table digest.flow_days is 'Служебная: дни (UTC), операции которых изменились после записи их файла в archive/operations | Internal: days (UTC) with operations that have changed since their file in archive/operations was written';
comment on column digest.flow_days.day is 'День приёма операций, UTC | Day of receipt of the operations, UTC';
