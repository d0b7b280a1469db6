create view missed_calls as
with ended as (
    select
        lead_id,
        site_id,
        coalesce(site_id, -1) as site,
        person,
        happened_at,
        is_ended,
        status
    from leads
    where is_ended
),

missed as (
    select * from ended where {{ is_missed }}
),

answered as (
    select site, person, happened_at
    from ended
    semi join missed using (site, person)
    where {{ is_answered }} and person is not null and happened_at is not null
)

select
    missed.lead_id,
    missed.site_id,
    missed.happened_at as missed_at,
    answered.happened_at as recovered_at
from missed
asof left join answered
    on answered.site = missed.site
        and answered.person = missed.person
        and answered.happened_at > missed.happened_at;

comment on view missed_calls is 'Пропущенные звонки: завершённые, на которые никто не ответил (status unsuccessful) | Missed calls: ended without an answer (status unsuccessful)';
comment on column missed_calls.lead_id is 'ID звонка | Call ID';
comment on column missed_calls.site_id is 'ID сайта в Calltouch; NULL, если не передан | Calltouch site ID; NULL if not sent';
comment on column missed_calls.missed_at is 'Когда пропущен (happened_at звонка); NULL, если неизвестно | When it was missed (happened_at of the call); NULL if unknown';
comment on column missed_calls.recovered_at is 'Начало первого более позднего отвеченного звонка того же клиента (person) на тот же сайт; звонки мимо Calltouch не видны; NULL, если такого нет | Start of the first later answered call of the same client (person) to the same site; calls outside Calltouch are not visible; NULL if none';
