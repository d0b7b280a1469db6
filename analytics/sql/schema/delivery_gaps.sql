create table delivery_gaps (
    lead_type varchar not null,
    lead_id bigint not null,
    webhook varchar not null,
    delivery_id bigint not null,
    reason varchar not null,
    fields varchar[] not null
);

comment on table delivery_gaps is 'Следы потерянных доставок, видимые по самим доставкам; вместе с незавершёнными звонками — в suspected_gaps | Traces of lost deliveries, seen in the deliveries themselves; suspected_gaps adds the calls that never ended';
comment on column delivery_gaps.lead_type is 'call — звонок, request — заявка | call or request';
comment on column delivery_gaps.lead_id is 'ID звонка или заявки | Id of the call or request';
comment on column delivery_gaps.webhook is 'Вебхук: имя из его URL | Webhook: the name in its URL';
comment on column delivery_gaps.delivery_id is 'Доставка, по которой виден пропуск | The delivery that shows the gap';
comment on column delivery_gaps.reason is 'first delivery is not a first sending — первая доставка не первая отправка; undeclared change — изменилось поле, не названное в changedFields | first delivery is not a first sending; undeclared change: a field changed that changedFields does not name';
comment on column delivery_gaps.fields is 'Изменившиеся, но не названные поля; пусто, если причина другая | Fields that changed unnamed; empty for the other reason';
