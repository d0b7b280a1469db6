create table delivery_gaps (
    lead_type varchar not null,
    lead_id bigint not null,
    webhook varchar not null,
    delivery_id bigint not null,
    reason varchar not null,
    fields varchar[] not null
);

comment on table delivery_gaps is 'Следы потерянных доставок, видимые по самим доставкам; вместе с незавершёнными звонками — в suspected_gaps | Signs of lost deliveries within the deliveries themselves; suspected_gaps adds calls that never ended';
comment on column delivery_gaps.lead_type is 'call — звонок, request — заявка | call or request';
comment on column delivery_gaps.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column delivery_gaps.webhook is 'Вебхук (имя из URL) | Webhook (name from its URL)';
comment on column delivery_gaps.delivery_id is 'Доставка, по которой виден пропуск | The delivery that reveals the gap';
comment on column delivery_gaps.reason is 'first delivery is not a first sending — первая доставка не первая отправка; undeclared change — изменилось поле, не указанное в changedFields | first delivery is not a first sending; undeclared change: a field changed that changedFields does not list';
comment on column delivery_gaps.fields is 'Изменившиеся поля, не указанные в changedFields; пусто, если причина другая | Changed fields missing from changedFields; empty for the other reason';
