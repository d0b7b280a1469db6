create table flow_operations (
    operation_id bigint not null,
    flow varchar not null,
    flow_version integer not null,
    source varchar not null,
    state varchar not null,
    reason varchar,
    received_at timestamptz not null,
    finished_at timestamptz,
    lead_type varchar,
    lead_id bigint,
    delivery_id bigint,
    attempts integer not null,
    replay_of bigint,
    times_received integer not null,
    problems varchar[] not null
);

comment on table flow_operations is 'Операции обработок: что пришло и чем закончилась передача дальше; обновляется раз в 10 секунд | Operations of flows: what came in and how passing it on ended; refreshed every 10 seconds';
comment on column flow_operations.operation_id is 'Номер операции, растёт в порядке приёма | Number of the operation, in order of intake';
comment on column flow_operations.flow is 'Имя обработки | Name of the flow';
comment on column flow_operations.flow_version is 'Версия её определения, с которой операция началась; 0, если такой обработки не было | Version of its definition that the operation began with; 0 if there was no such flow';
comment on column flow_operations.source is 'http — запрос на адрес обработки, lead — изменение лида, test — проверка | http: web request to the flow''s address, lead: change of a lead, test: trial';
comment on column flow_operations.state is 'behind — ждёт предыдущую, waiting — ждёт своего времени, running — идёт, held — отложена до решения человека, done — готово, skipped — пропущена по условию, failed — не вышло, unknown — неизвестно, сделано ли, dropped — снята человеком | behind: waits for an earlier one, waiting: waits until it is due, running, held: put aside until a person decides, done, skipped: ended by the flow''s own conditions, failed, unknown: may or may not have been done, dropped: given up by a person';
comment on column flow_operations.reason is 'Причина этого состояния, например status-404, timeout, missing-field; NULL, если её нет | Why it is in that state, like status-404, timeout, missing-field; NULL without a reason';
comment on column flow_operations.received_at is 'Когда принята | When it was received';
comment on column flow_operations.finished_at is 'Когда закончилась; NULL, пока не закончилась | When it ended; NULL until then';
comment on column flow_operations.lead_type is 'call — звонок, request — заявка; NULL, если операция не о лиде | call or request; NULL if it is not about a lead';
comment on column flow_operations.lead_id is 'ID лида; NULL, если операция не о лиде | Id of the lead; NULL if it is not about a lead';
comment on column flow_operations.delivery_id is 'Доставка (deliveries), изменившая лид; NULL, если операция не о лиде | The delivery (deliveries) that changed the lead; NULL if it is not about a lead';
comment on column flow_operations.attempts is 'Сколько раз отправляли, по всем шагам | How many attempts were made, over all steps';
comment on column flow_operations.replay_of is 'Номер операции, которую повторяет эта; NULL, если это не повтор | The operation that this one replays; NULL if it is no replay';
comment on column flow_operations.times_received is 'Сколько раз пришло то же самое (тот же key) | How many times the same (by key) was received';
comment on column flow_operations.problems is 'Что было не так, тексты; пустой список, если всё в порядке | What was odd, as texts; an empty list if nothing was';
