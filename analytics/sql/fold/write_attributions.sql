-- The traffic columns, one row per lead and model.
create or replace temp table attributions as
with models as (
    select distinct lead_no, attribution_model
    from lives
),

wide as (
    select
        lead_no,
        attribution_model,
        max(value) filter (where field = 'source') as source,
        max(value) filter (where field = 'medium') as medium,
        max(value) filter (where field = 'utm_source') as utm_source,
        max(value) filter (where field = 'utm_medium') as utm_medium,
        max(value) filter (where field = 'utm_campaign') as utm_campaign,
        max(value) filter (where field = 'utm_content') as utm_content,
        max(value) filter (where field = 'utm_term') as utm_term,
        whole_number(max(value) filter (where field = 'sessionId')) as session_id,
        max(value) filter (where field = 'hostname') as hostname,
        max(value) filter (where field = 'url') as url,
        max(value) filter (where field = 'ref') as ref,
        max(value) filter (where field = 'gcid') as gcid,
        max(value) filter (where field = 'yaClientId') as ya_client_id,
        max(value) filter (where field = 'attrs') as attrs,
        max(value) filter (where field = 'city') as city,
        max(value) filter (where field = 'browser') as browser,
        max(value) filter (where field = 'os') as os,
        max(value) filter (where field = 'device') as device,
        max(value) filter (where field = 'ip') as ip,
        max(value) filter (where field = 'userAgent') as user_agent
    from state
    where attribution_model is not null
    group by lead_no, attribution_model
)

select *
from models
left join wide using (lead_no, attribution_model);

delete from lead_attributions
where (lead_type, lead_id) in (select (lead_type, lead_id) from touched);

insert into lead_attributions by name
select touched.lead_type, touched.lead_id, attributions.* exclude (lead_no)
from attributions
inner join touched using (lead_no)
order by touched.lead_no, attributions.attribution_model;
