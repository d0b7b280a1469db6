create table resync_runs (
    run_id bigint not null,
    plan varchar not null,
    state varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    web_requests integer not null,
    fetched integer not null,
    outside integer not null
);

comment on table resync_runs is 'Запуски resync: что запрошено у API и сколько получено | Resync runs: what was requested from the API and how much was received';
comment on column resync_runs.run_id is 'Номер запуска | Run number';
comment on column resync_runs.plan is 'Дни, сайты, типы лидов, модели | Days, sites, lead types, models';
comment on column resync_runs.state is 'running — идёт или прерван, finished — завершён | running (or interrupted), finished';
comment on column resync_runs.started_at is 'Начало | Start time';
comment on column resync_runs.finished_at is 'Завершение; NULL, если не завершён | End time; NULL if not finished';
comment on column resync_runs.web_requests is 'Запросов к API | API requests';
comment on column resync_runs.fetched is 'Получено записей | Records fetched';
comment on column resync_runs.outside is 'Отброшено записей другого дня | Records of other days, discarded';
