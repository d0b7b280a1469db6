-- Leads by any columns of theirs, most leads first. NULL in a group: Calltouch gave none, or the
-- attribution model asked for was not received. target_rate: the share of target leads, 0 to 1, in
-- those whose flag is known (target_known); NULL where it is known of none. missed_calls: ended
-- calls that nobody answered.
with {{ picked }},

{% if "tag_set" in groups %}
{{ part("tag_sets") }},

{% endif %}
counted as (
    select
        {% include "reports/parts/group_columns.sql" %}
        count(*) as leads,
        {{ calls }} as calls,
        {{ requests }} as requests,
        count(*) filter (where is_unique) as unique_leads,
        count(is_unique) as uniqueness_known,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known,
        count(*) filter (where is_unique_target) as unique_target_leads,
        {{ target_rate }} as target_rate,
        count(*) filter (where {{ is_missed }}) as missed_calls
    from {% include "reports/parts/grouped.sql" %}
    group by all
)

from counted
order by leads desc, columns(*);
