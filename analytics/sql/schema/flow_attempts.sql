create table flow_attempts (
    operation_id bigint not null,
    step integer not null,
    step_name varchar not null,
    attempt integer not null,
    begun_at timestamptz not null,
    seconds double,
    host varchar not null,
    method varchar not null,
    status smallint,
    outcome varchar,
    reason varchar
);

comment on table flow_attempts is 'Попытки: веб-запросы, отправленные шагами операций | Attempts: web requests that steps of operations sent';
comment on column flow_attempts.operation_id is 'Номер операции (flow_operations) | Number of the operation (flow_operations)';
comment on column flow_attempts.step is 'Номер шага, с единицы | Number of the step, from 1';
comment on column flow_attempts.step_name is 'Имя шага | Name of the step';
comment on column flow_attempts.attempt is 'Номер попытки этого шага, с единицы | Number of the attempt at that step, from 1';
comment on column flow_attempts.begun_at is 'Начало | When it began';
comment on column flow_attempts.seconds is 'Длительность, секунды; NULL, если не закончилась или прервана сбоем | How long it took, seconds; NULL if it has not ended or a crash cut it short';
comment on column flow_attempts.host is 'Куда отправляли: имя хоста | Where it was sent: name of the host';
comment on column flow_attempts.method is 'HTTP-метод | HTTP method';
comment on column flow_attempts.status is 'HTTP-статус ответа; NULL, если ответа не было | HTTP status of the answer; NULL without an answer';
comment on column flow_attempts.outcome is 'done — сделано, not done — точно не сделано, refused — отказ, unknown — неизвестно; NULL, если не закончилась | done, not done: surely not, refused, unknown; NULL if it has not ended';
comment on column flow_attempts.reason is 'Причина исхода, например status-502; NULL, если её нет | Why, like status-502; NULL without a reason';
