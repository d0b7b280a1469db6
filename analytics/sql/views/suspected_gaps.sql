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
        arg_max(webhook, (sort_key, delivery_id)) as webhook,
        arg_max(delivery_id, (sort_key, delivery_id)) as delivery_id
    from digest.deliveries
    semi join never_ended using (lead_type, lead_id)
    group by lead_type, lead_id
),

seen as (
    select lead_type, lead_id, webhook, delivery_id, reason
    from delivery_gaps
    union all
    select lead_type, lead_id, webhook, delivery_id, 'call never ended' as reason
    from last_deliveries
),

-- When the API last said what became of the lead.
fetched as (
    select lead_type, lead_id, max(delivery_id) as delivery_id
    from digest.deliveries
    semi join seen using (lead_type, lead_id)
    where origin = 'api'
    group by lead_type, lead_id
),

-- Compared since, and it is as the API says.
agreeing as (
    select seen.lead_type, seen.lead_id, max(reconciliation.compared_at) as compared_at
    from seen
    inner join leads using (lead_type, lead_id)
    inner join reconciliation
        on reconciliation.day = leads.happened_local::date
            and reconciliation.site_id = leads.site_id
            and reconciliation.lead_type = leads.lead_type
    anti join reconciliation_differences as different
        on different.lead_type = seen.lead_type and different.lead_id = seen.lead_id
    where reconciliation.compared_at > leads.last_received_at
    group by seen.lead_type, seen.lead_id
)

select
    seen.lead_type,
    seen.lead_id,
    seen.webhook,
    seen.delivery_id,
    seen.reason,
    case
        when fetched.delivery_id > seen.delivery_id then 'restored from the API'
        when agreeing.compared_at is not null then 'the API has nothing else'
    end as explanation
from seen
left join fetched on fetched.lead_type = seen.lead_type and fetched.lead_id = seen.lead_id
left join agreeing on agreeing.lead_type = seen.lead_type and agreeing.lead_id = seen.lead_id;

comment on view suspected_gaps is 'Места, где, судя по данным, потеряны доставки | Where the data suggests that deliveries were lost';
comment on column suspected_gaps.lead_type is 'call — звонок, request — заявка | call or request';
comment on column suspected_gaps.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column suspected_gaps.webhook is 'Вебхук (имя из URL) | Webhook (name from its URL)';
comment on column suspected_gaps.delivery_id is 'Доставка, по которой виден пропуск | The delivery that reveals the gap';
comment on column suspected_gaps.reason is 'first delivery is not a first sending — первая доставка не первая отправка; undeclared change — изменилось поле, не указанное в changedFields; call never ended — через четыре часа звонок всё ещё не завершён | first delivery is not a first sending; undeclared change: a field changed that changedFields does not list; call never ended: still callconnected four hours later';
comment on column suspected_gaps.explanation is 'restored from the API — позже лид взят из API; the API has nothing else — сверка не нашла расхождений; NULL — ещё не сверялось | restored from the API: the lead has since been taken from the API; the API has nothing else: reconciliation found no difference; NULL: not reconciled yet';
