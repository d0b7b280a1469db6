select
    day,
    sum(in_api)::bigint as in_api,
    sum(in_both)::bigint as in_both,
    (sum(only_api) + sum(lost))::bigint as missing,
    (sum(only_api) + sum(lost)) / nullif(sum(in_api), 0) as missing_rate,
    min(compared_at) as compared_at
from reconciliation
where day between {{ first | literal }} and {{ last | literal }}
group by day
order by day;
