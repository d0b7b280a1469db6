insert into leads by name
select
    traffic.*,
    10001 + (person % 2 = 0)::integer as site_id,
    'site-' || (10001 + (person % 2 = 0)::integer) as site_name,
    happened_at,
    happened_local,
    day,
    if(is_call or chance(lead_id, 30) < 0.95, phone, null) as caller_phone,
    if(is_call, null, 'client' || person || '@example.com') as email,
    if(is_call, null, 'Client ' || person) as fio,
    if(is_call, md5(phone), null) as ct_caller_id,
    caller_phone as canonical_phone,
    email as canonical_email,
    (hash(coalesce(caller_phone, email)) >> 1)::bigint as person,
    if(
        coalesce(caller_phone, ct_caller_id) is null,
        null,
        (hash(coalesce(caller_phone, ct_caller_id)) >> 1)::bigint
    ) as number_id,
    if(email is null, null, (hash(email) >> 1)::bigint) as email_id,
    last.attribution_model as other_model,
    last.source as other_source,
    last.medium as other_medium,
    (hash(person, 4) % 9000000000000000000 + 1000000000000000000)::varchar as ct_client_id,
    if(not is_call, null, if(is_unfinished, 'callconnected', 'calldisconnected')) as call_phase,
    if(is_call, not is_unfinished, null) as is_ended,
    if(is_call, '7495000' || lpad((drawn.source % 50)::varchar, 4, '0'), null) as phone_number,
    if(is_call, 'pool-' || (drawn.source % 9), null) as pool,
    case when is_unfinished or not is_call then null when is_answered then 'successful'
        else 'unsuccessful' end as status,
    if(is_call and not is_unfinished, (chance(lead_id, 31) ** 3 * 90)::integer, null)
        as waiting_time,
    if(is_call and is_answered, (chance(lead_id, 32) ** 2 * 600)::integer, null) as duration,
    if(is_call, chance(lead_id, 33) < 0.04, null) as is_callback,
    if(is_call and chance(lead_id, 33) < 0.04, 'cb-' || (lead_id // 3), null)
        as callback_request_id,
    if(is_call, hour(happened_local) between 9 and 18, null) as is_worktime,
    if(is_unfinished, null, is_spam) as is_spam,
    if(is_call, 'https://reports.calltouch.ru/' || lead_id, null) as reclink,
    if(is_call, null, 'form-' || (campaign % 12)) as subject,
    if(is_unfinished, null, person = lead_id) as is_unique,
    if(is_unfinished, null, quality < 0.55) as is_target,
    if(is_unfinished, null, person = lead_id and quality < 0.55) as is_unique_target,
    if(is_call, (chance(lead_id, 34) * 5)::smallint, null) as rating,
    if(chance(lead_id, 35) < 0.7, 'manager-' || (person % 40), null) as manager,
    happened_at + to_seconds(5) as first_received_at,
    -- Tags of some came later: see lead_changes.sql.
    happened_at + to_seconds(if(
        chance(lead_id, 71) < 0.5,
        greatest(600, (30 + chance(lead_id, 70) ** 6 * 900000)::integer),
        600
    )) as last_received_at,
    last_received_at as last_sent_at,
    2 as delivery_count
from drawn
inner join traffic using (lead_type, lead_id)
left join traffic as last
    on last.lead_type = drawn.lead_type and last.lead_id = drawn.lead_id and last.attribution_model = 0
where traffic.attribution_model = 1
order by lead_id;
