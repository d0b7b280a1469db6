-- Groups of leads that are large enough for a target rate: volume against quality, most leads
-- first, at most $top, 0 is all of them. Large enough: the flag is known of $least leads.
--
-- target_rate: target_leads / target_known, 0 to 1, and its 95 % Wilson interval, target_rate_low to
-- target_rate_high. overall_rate: the same rate of all leads asked for. verdict: 'above' or 'below'
-- where the whole interval lies above or below overall_rate, 'usual' where it holds it. large_groups:
-- how many are large enough; groups: how many there are, small ones too. NULL in a group: Calltouch
-- gave none.
with picked as (from leads),

counted as (
    select
        source, -- group_by
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known,
        count(*) filter (where is_unique_target) as unique_target_leads,
        target_leads / nullif(target_known, 0) as target_rate
    from picked
    group by all
),

bounded as (
    select
        *,
        (target_rate + 1.9208 / target_known) / (1 + 3.8416 / target_known) as middle,
        1.96 * sqrt((target_rate * (1 - target_rate) + 0.9604 / target_known) / target_known)
            / (1 + 3.8416 / target_known) as half_width,
        sum(target_leads) over () / nullif(sum(target_known) over (), 0) as overall_rate,
        count(*) over () as groups
    from counted
)

select
    * exclude (middle, half_width, overall_rate, groups),
    middle - half_width as target_rate_low,
    middle + half_width as target_rate_high,
    overall_rate,
    case
        -- Where all are target leads the bound is 1, give or take a rounding.
        when target_rate_low > overall_rate + 1e-9 then 'above'
        when target_rate_high < overall_rate - 1e-9 then 'below'
        else 'usual'
    end as verdict,
    count(*) over () as large_groups,
    groups
from bounded
where target_known >= $least
order by leads desc, columns(*)
limit if($top = 0, 9223372036854775807, $top);
