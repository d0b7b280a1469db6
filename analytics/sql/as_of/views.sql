-- The tables as they were known, in a new catalog `into`. `file` is the published file, `folded` the catalog of the
-- store of leads folded again; what has no history is as it is now.
attach ':memory:' as {{ into }};

use {{ into }};

create schema digest;

{% for table in by_lead %}
create view {{ table }} as
select *
from file.{{ table }}
anti join {{ folded }}.touched using (lead_type, lead_id)
{% if table == "leads" %}
anti join {{ folded }}.relinked using (lead_type, lead_id)
{% endif %}
union all
select *
from {{ folded }}.{{ table }};

{% endfor %}
create view call_phrases as
select *
from file.call_phrases
anti join (select lead_id from {{ folded }}.touched where lead_type = 'call') using (lead_id)
union all
select *
from {{ folded }}.call_phrases;

create view digest.deliveries as
select stored.* replace (
    coalesce(again.sort_key, stored.sort_key) as sort_key,
    coalesce(again.outcome, stored.outcome) as outcome,
    coalesce(again.is_late, stored.is_late) as is_late,
    coalesce(again.problems, stored.problems) as problems
)
from file.digest.deliveries as stored
left join {{ folded }}.refolded_deliveries as again using (delivery_id)
where stored.received_at <= {{ as_of | literal }};

create view freshness as
select
    {{ as_of | literal }} as published_at,
    known.last_delivery_id,
    known.last_received_at,
    file.freshness.app_version,
    file.freshness.schema_version
from file.freshness
cross join (
    select
        max(delivery_id) as last_delivery_id,
        arg_max(received_at, delivery_id) as last_received_at
    from file.digest.deliveries
    where received_at <= {{ as_of | literal }}
) as known;

{% for table, came_at in timed.items() %}
create view {{ table }} as
select *
from file.{{ table }}
where {{ came_at }} <= {{ as_of | literal }};

{% endfor %}
{% for table in of_reconciliation %}
create view {{ table }} as
select *
from file.{{ table }}
semi join reconciliation using (day, site_id, lead_type);

{% endfor %}
{% for table in of_now %}
create view {{ table }} as
select * from file.{{ table }};

{% endfor %}
