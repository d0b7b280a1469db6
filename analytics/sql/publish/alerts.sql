insert into alerts by name
select
    alert_id,
    kind,
    nullif(subject, '') as subject,
    nullif(cause, '') as cause,
    try_cast(coalesce(figures::json ->> '$.site', if(kind = 'site_silence', subject, null)) as bigint)
        as site_id,
    urgent = 1 as is_urgent,
    figures::json as figures,
    count as times,
    began_at::timestamptz as began_at,
    noticed_at::timestamptz as noticed_at,
    ended_at::timestamptz as ended_at,
    told_at::timestamptz as told_at,
    times_told
from noted;
