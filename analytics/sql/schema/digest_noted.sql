create table digest.noted (
    name varchar not null,
    value varchar not null
);

comment on table digest.noted is 'Служебная: что digest помнит от запуска к запуску, чтобы не перечитывать историю | Internal: what digest remembers from one start to the next, so as not to read the history again';
comment on column digest.noted.name is 'О чём | What it is about';
comment on column digest.noted.value is 'Значение | Value';
