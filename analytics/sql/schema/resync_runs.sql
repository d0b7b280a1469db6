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

comment on table resync_runs is 'Запуски resync: что запрошено у API и сколько получено | Runs of resync: what was asked of the API and how much came';
comment on column resync_runs.run_id is 'Номер запуска | Number of the run';
comment on column resync_runs.plan is 'Дни, сайты, типы лидов, модели | Days, sites, types of lead, models';
comment on column resync_runs.state is 'running — идёт или прерван, finished — завершён | running: under way or interrupted, finished';
comment on column resync_runs.started_at is 'Начало | When it began';
comment on column resync_runs.finished_at is 'Завершение; NULL, если не завершён | When it ended; NULL if it has not';
comment on column resync_runs.web_requests is 'Запросов к API | Web requests to the API';
comment on column resync_runs.fetched is 'Получено записей | Records fetched';
comment on column resync_runs.outside is 'Отброшено записей другого дня | Records of another day, dropped';
