create table notes (
    note_id bigint not null,
    began_at timestamptz not null,
    ended_at timestamptz,
    site_id bigint,
    text varchar not null,
    author varchar not null,
    made_at timestamptz not null
);

comment on table notes is 'Заметки сотрудников о событиях: «запустили кампанию» | Notes of your staff about events: "campaign started"';
comment on column notes.note_id is 'Номер заметки | Note number';
comment on column notes.began_at is 'Когда случилось или началось | When it happened or began';
comment on column notes.ended_at is 'Когда закончилось; NULL, если это один момент | When it ended; NULL if it was one moment';
comment on column notes.site_id is 'ID сайта в Calltouch; NULL — все сайты | Calltouch site ID; NULL: all sites';
comment on column notes.text is 'Текст | Text';
comment on column notes.author is 'Кто написал | Who wrote it';
comment on column notes.made_at is 'Когда написана | When it was written';
