create view suspected_gaps as
with never_ended as (
    select leads.lead_type, leads.lead_id
    from leads
    cross join freshness
    where {{ is_never_ended }}
),

{% include "gaps/last_deliveries.sql" %},

shown as (
    select lead_type, lead_id, webhook, delivery_id, reason
    from delivery_gaps
    union all
    select
        lead_type,
        lead_id,
        last.webhook,
        last.delivery_id,
        'call never ended' as reason
    from last_deliveries
),

{% include "gaps/explained.sql" %}

select lead_type, lead_id, webhook, delivery_id, reason, explanation
from suspected;

comment on view suspected_gaps is 'Места, где, судя по данным, потеряны доставки | Where the data suggests that deliveries were lost';
comment on column suspected_gaps.lead_type is 'call — звонок, request — заявка | call or request';
comment on column suspected_gaps.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column suspected_gaps.webhook is 'Вебхук (имя из URL) | Webhook (name from its URL)';
comment on column suspected_gaps.delivery_id is 'Доставка, по которой виден пропуск | The delivery that reveals the gap';
comment on column suspected_gaps.reason is 'first delivery is not a first sending — первая доставка не первая отправка; undeclared change — изменилось поле, не указанное в changedFields; call never ended — через четыре часа звонок всё ещё не завершён | first delivery is not a first sending; undeclared change: a field changed that changedFields does not list; call never ended: still callconnected four hours later';
comment on column suspected_gaps.explanation is 'restored from the API — позже лид взят из API; the API has nothing else — сверка не нашла расхождений; NULL — ещё не сверялось | restored from the API: the lead has since been taken from the API; the API has nothing else: reconciliation found no difference; NULL: not reconciled yet';
