-- The traffic columns of both models: nine of ten leads have the last interaction as well.
create or replace temp table traffic as
with modelled as (
    select
        drawn.*,
        model,
        case
            when model = 0 and moved < 0.15 then 0
            when model = 0 and moved < 0.25 then (source + 7) % 40
            else source
        end as source_number
    from drawn
    cross join (values (0), (1)) as models (model)
    where model = 1 or moved < 0.9
)

select
    lead_type,
    lead_id,
    model::smallint as attribution_model,
    if(source_number = 0, '(direct)', 'source-' || source_number) as source,
    case
        when source_number = 0 then '(none)'
        when source_number % 3 + second_medium = 0 then 'organic'
        when source_number % 3 + second_medium = 1 then 'cpc'
        when source_number % 3 + second_medium = 2 then 'referral'
        else 'social'
    end as medium,
    if(source_number = 0, null, 'source-' || source_number) as utm_source,
    if(source_number = 0, null, 'cpc') as utm_medium,
    if(source_number = 0, null, 'campaign-' || campaign) as utm_campaign,
    if(source_number = 0, null, 'content-' || (campaign % 60)) as utm_content,
    if(source_number = 0, null, 'term-' || (lead_id % 4000)) as utm_term,
    1000000 + lead_id as session_id,
    'site-' || (source_number % 3) || '.example' as hostname,
    'https://site.example/landing/' || (campaign % 300) || '?utm_campaign=' || campaign as url,
    if(source_number = 0, null, 'https://source-' || source_number || '.example/') as ref,
    (hash(person) % 2000000000) || '.' || (hash(person, 1) % 2000000000) as gcid,
    (hash(person, 2) % 9000000000000000000 + 1000000000000000000)::varchar as ya_client_id,
    '{"cookies":{"_ym_uid":"' || hash(person, 3) || '"}}' as attrs,
    'city-' || floor(chance(person, 20) ** 3 * 120)::integer as city,
    list_extract(['Chrome', 'Yandex Browser', 'Safari', 'Firefox'], 1 + (hash(person) % 4)::integer)
        as browser,
    list_extract(['Windows', 'Android', 'iOS', 'macOS'], 1 + (hash(person, 1) % 4)::integer) as os,
    list_extract(['DESKTOP', 'MOBILE', 'TABLET'], 1 + (hash(person, 1) % 3)::integer) as device,
    '10.' || (hash(person) % 250) || '.' || (hash(person, 1) % 250) || '.'
        || (hash(person, 2) % 250) as ip,
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/' || (100 + hash(person) % 40)
        as user_agent
from modelled
order by lead_id, model;
