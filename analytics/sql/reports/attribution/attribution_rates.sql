-- Groups of leads that are large enough for a target rate: volume against quality, most leads
-- first, at most $top, 0 is all of them. Large enough: the flag is known of $least leads.
--
-- target_rate: target_leads / target_known, 0 to 1, and its 95 % Wilson interval, target_rate_low to
-- target_rate_high. overall_rate: the same rate of all leads asked for. verdict: 'above' or 'below'
-- where the whole interval lies above or below overall_rate, 'usual' where it holds it. large_groups:
-- how many are large enough; groups: how many there are, small ones too. NULL in a group: Calltouch
-- gave none.
with {{ picked }},

{% if "tag_set" in groups %}
{{ part("tag_sets") }},

{% endif %}
counted as (
    select
        {% include "reports/parts/group_columns.sql" %}
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known,
        count(*) filter (where is_unique_target) as unique_target_leads,
        {{ target_rate }} as target_rate
    from {% include "reports/parts/grouped.sql" %}
    group by all
),

bounded as (
    select
        *,
        {{ wilson_middle("target_rate", "target_known") }} as middle,
        {{ wilson_reach("target_rate", "target_known") }} as reach,
        sum(target_leads) over () / nullif(sum(target_known) over (), 0) as overall_rate,
        count(*) over () as groups
    from counted
)

select
    * exclude (middle, reach, overall_rate, groups),
    middle - reach as target_rate_low,
    middle + reach as target_rate_high,
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
limit {{ number_or_all("$top") }};
