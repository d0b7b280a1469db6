-- Comparison with Calltouch's API: one row per day of the period that was compared, of all sites and
-- both types of lead together.
--
-- in_api to differing: as in the table reconciliation. missing: leads of the API that no webhook
-- brought (only_api, taken from the API since, and lost); missing_rate: missing / in_api, 0 to 1,
-- NULL if the API has none. compared_at: when the part of the day that was compared the longest ago
-- was.
select
    day,
    sum(in_api)::bigint as in_api,
    sum(in_both)::bigint as in_both,
    sum(only_webhook)::bigint as only_webhook,
    sum(only_api)::bigint as only_api,
    sum(lost)::bigint as lost,
    sum(differing)::bigint as differing,
    (sum(only_api) + sum(lost))::bigint as missing,
    missing / nullif(sum(in_api), 0) as missing_rate,
    min(compared_at) as compared_at
from reconciliation
where day between $from and $to
group by day
order by day;
