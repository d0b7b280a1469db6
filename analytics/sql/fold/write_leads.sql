-- One row per lead: its fields, and the traffic of model 1 if it has that, else of model 0.
create or replace temp table lead_rows as
with wide as (
    select
        lead_no,
        whole_number(max(value) filter (where field = 'siteId')) as site_id,
        max(value) filter (where field = 'siteName') as site_name,
        instant(max(value) filter (where field = 'timestamp')) as stamped_at,
        local_time(max(value) filter (where field = 'calltime')) as call_time,
        local_time(max(value) filter (where field = 'requestDate')) as request_date,
        max(value) filter (where field = 'callerphone') as caller_phone,
        max(value) filter (where field = 'email') as email,
        max(value) filter (where field = 'fio') as fio,
        max(value) filter (where field = 'ctCallerId') as ct_caller_id,
        max(value) filter (where field = 'ctClientId') as ct_client_id,
        max(value) filter (where field = 'ctGlobalId') as ct_global_id,
        max(value) filter (where field = 'callphase') as call_phase,
        max(value) filter (where field = 'phonenumber') as phone_number,
        max(value) filter (where field = 'subPoolName') as sub_pool_name,
        max(value) filter (where field = 'redirectNumber') as redirect_number,
        whole_number(max(value) filter (where field = 'duration')) as duration,
        whole_number(max(value) filter (where field = 'waiting_time')) as waiting_time,
        max(value) filter (where field = 'status') as status,
        max(value) filter (where field = 'statusDetails') as status_details,
        max(value) filter (where field = 'callback') = 'callback' as is_callback,
        max(value) filter (where field = 'worktime') = 'worktime' as is_worktime,
        max(value) filter (where field = 'pool') as pool,
        max(value) filter (where field = 'spam') = 'true' as is_spam,
        max(value) filter (where field = 'sip_call_id') as sip_call_id,
        max(value) filter (where field = 'callReferenceNumber') as call_reference_number,
        max(value) filter (where field = 'reclink') as reclink,
        max(value) filter (where field = 'callUrl') as call_url,
        max(value) filter (where field = 'callback_request_id') as callback_request_id,
        max(value) filter (where field = 'callback_final_attempt') as callback_final_attempt,
        max(value) filter (where field = 'requestNumber') as request_number,
        max(value) filter (where field = 'subject') as subject,
        max(value) filter (where field = 'requestUrl') as request_url,
        max(value) filter (where field = 'unique') = 'true' as call_is_unique,
        max(value) filter (where field = 'targetcall') = 'target' as call_is_target,
        max(value) filter (where field = 'uniqtargetcall') = 'uniqtarget' as call_is_unique_target,
        max(value) filter (where field = 'uniquerequest') = 'true' as request_is_unique,
        max(value) filter (where field = 'targetrequest') = 'target' as request_is_target,
        max(value) filter (where field = 'uniqtargetrequest') = 'uniqtarget'
            as request_is_unique_target,
        whole_number(max(value) filter (where field = 'rating')) as rating,
        max(value) filter (where field = 'manager') as manager,
        max(value) filter (where field = 'orderId') as order_id
    from state
    where attribution_model is null
    group by lead_no
),

unknown as (
    select
        state.lead_no,
        to_json(
            map_from_entries(
                list(
                    (field, if(is_nested, value::json, to_json(value))) order by field
                )
            )
        ) as extra
    from state
    anti join parameters on parameters.parameter = state.field
    where value is not null
    group by state.lead_no
),

received as (
    select
        lead_no,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        max(sent_at) as last_sent_at,
        count(*) as delivery_count
    from lives
    group by lead_no
),

preferred as (
    select *
    from attributions
    qualify row_number() over (partition by lead_no order by attribution_model desc) = 1
),

zone as (
    select value as name
    from digest.basis
    where name = 'timezone'
)

select
    touched.lead_type,
    touched.lead_id,
    wide.* exclude (
        lead_no, stamped_at, call_time, request_date, call_is_unique, call_is_target,
        call_is_unique_target, request_is_unique, request_is_target, request_is_unique_target
    ),
    if(touched.lead_type = 'call', wide.call_is_unique, wide.request_is_unique) as is_unique,
    if(touched.lead_type = 'call', wide.call_is_target, wide.request_is_target) as is_target,
    if(touched.lead_type = 'call', wide.call_is_unique_target, wide.request_is_unique_target)
        as is_unique_target,
    coalesce(
        wide.stamped_at,
        timezone(
            zone.name,
            if(
                touched.lead_type = 'call',
                coalesce(wide.call_time, wide.request_date),
                coalesce(wide.request_date, wide.call_time)
            )
        )
    ) as happened_at,
    timezone(zone.name, happened_at) as happened_local,
    -- Calendars know the years 1 to 9999 alone.
    greatest(
        date '0001-01-01',
        least(
            date '9999-12-31',
            coalesce(happened_local, timezone(zone.name, received.first_received_at))::date
        )
    ) as day,
    preferred.* exclude (lead_no),
    unknown.extra,
    received.* exclude (lead_no)
from touched
cross join zone
inner join received using (lead_no)
inner join preferred using (lead_no)
left join wide using (lead_no)
left join unknown using (lead_no);

delete from leads
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into leads by name
select *
from lead_rows
order by happened_at, lead_type, lead_id;
