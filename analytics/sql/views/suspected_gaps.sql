create view suspected_gaps as
with never_ended as (
    select leads.lead_type, leads.lead_id
    from leads
    cross join freshness
    where leads.call_phase = 'callconnected'
        and coalesce(leads.happened_at, leads.first_received_at)
            < freshness.published_at - interval 4 hour
),

last_deliveries as (
    select
        lead_type,
        lead_id,
        arg_max(webhook, (sent_at, delivery_id)) as webhook,
        arg_max(delivery_id, (sent_at, delivery_id)) as delivery_id
    from deliveries
    semi join never_ended using (lead_type, lead_id)
    group by lead_type, lead_id
)

select lead_type, lead_id, webhook, delivery_id, reason
from delivery_gaps
union all
select lead_type, lead_id, webhook, delivery_id, 'call never ended' as reason
from last_deliveries;

comment on view suspected_gaps is 'Где, судя по данным, пропали доставки | Where, by the look of the data, deliveries were lost';
comment on column suspected_gaps.lead_type is 'call — звонок, request — заявка | call or request';
comment on column suspected_gaps.lead_id is 'ID звонка или заявки | Id of the call or request';
comment on column suspected_gaps.webhook is 'Вебхук: имя из его URL | Webhook: the name in its URL';
comment on column suspected_gaps.delivery_id is 'Доставка, по которой виден пропуск | The delivery that shows the gap';
comment on column suspected_gaps.reason is 'first delivery is not a first sending — первая доставка не первая отправка; undeclared change — изменилось поле, не названное в changedFields; call never ended — через четыре часа звонок всё ещё не завершён | first delivery is not a first sending; undeclared change: a field changed that changedFields does not name; call never ended: still callconnected four hours later';
