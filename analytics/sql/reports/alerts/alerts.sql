-- Alerts that went on in the period, the newest first: all, or in $state (now: those that have not
-- ended, over: those that have), of $kind where it is given. After the alert $before, $limit of them,
-- 0 is all.
--
-- figures: a JSON object as text. seconds: how long it lasted, NULL while it goes on.
select
    alert_id,
    kind,
    subject,
    cause,
    site_id,
    is_urgent,
    figures::varchar as figures,
    times,
    began_at,
    noticed_at,
    ended_at,
    (epoch_us(ended_at) - epoch_us(began_at)) / 1e6 as seconds,
    told_at,
    times_told
from alerts
where began_at < {{ period_end }}
    and (ended_at is null or ended_at >= timezone($timezone, $from::timestamp))
    and ($state = 'all' or ($state = 'now') = (ended_at is null))
    and ($kind is null or kind = $kind)
    and ($before is null or alert_id < $before)
order by alert_id desc
limit {{ number_or_all("$limit") }};
