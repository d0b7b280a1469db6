-- What the filters can be set to: per filter the 100 values with the most leads, over all leads of
-- the period whatever the other filters, in the preferred attribution model.
--
-- value: as the filter takes it; NULL and the empty string are left out. leads: how many have it,
-- exact up to 60,000 leads in the period; of more leads every nth is looked at and counts n times,
-- so that the figure is about right and a rare value may be missing. name: of a site, whose value is
-- its id; the filter takes either. NULL of others.
with period as (
    select greatest(1, count(*) // 30000) as step
    from leads
    where day between $from and $to
),

looked_at as (
    select
        unnest([
{% for known in filters %}
            struct_pack(filter := {{ known.name | literal }}, value := {{ known.column }}::varchar){{ "," if not loop.last else "" }}
{% endfor %}
        ], recursive := true)
    from leads
    where day between $from and $to
        and lead_id % (select step from period) = 0
),

tagged as (
    select distinct lead_type, lead_id, tag
    from lead_tags
    semi join (
        select lead_type, lead_id
        from leads
        where day between $from and $to
            and lead_id % (select step from period) = 0
    ) using (lead_type, lead_id)
),

counted as (
    select filter, value, count(*) * (select step from period) as leads
    from looked_at
    where value <> ''
    group by filter, value
    union all
    select 'tags' as filter, tag as value, count(*) * (select step from period) as leads
    from tagged
    group by tag
),

sites as (
    select site_id::varchar as value, any_value(site_name) as name
    from leads
    where day between $from and $to and site_name <> ''
    group by site_id
)

select filter, value, leads, if(filter = 'site', sites.name, null) as name
from counted
left join sites using (value)
qualify row_number() over (partition by filter order by leads desc, value) <= 100
order by filter, leads desc, value;
