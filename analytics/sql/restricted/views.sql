-- The tables with only the leads of some rights, and what belongs to those leads. `source`: the
-- catalog that has them all; `into`: this one. `now`: a catalog whose leads alone may be told of, where
-- `source` is of the past; none where it is of now.
--
-- A lead without a site is of no site, and what belongs to no lead is left out. What says nothing of
-- leads is as it is; what cannot be told by site, such as a run of resync, is empty.
attach ':memory:' as {{ into }};

use {{ into }};

create schema digest;

create view leads as
select * replace (
{# What other sites and managers know of a client is not told. #}
{% for column in links %}
    {% if is_of_manager or "any_site" in column and sites | length != 1 %}
    null::double
    {%- else %}
    {{ column | replace("_any_site", "") }}
    {%- endif %} as {{ column }},
{% endfor %}
{# Nor is where a lead stands among all those of its person: reports count people themselves. #}
    null::date as person_first_day,
    null::date as person_previous_day,
    null::smallint as person_turn
)

from {{ source }}.leads
where true
{% if sites is not none %}
    and {{ "site_id in (" ~ sites | join(", ") ~ ")" if sites else "false" }}
{% endif %}
{% if is_of_manager %}
    and {{ "regexp_matches(manager, " ~ manager | literal ~ ")" if manager else "false" }}
{% endif %}
{% if now is not none %}
    and (lead_type, lead_id) in (select (lead_type, lead_id) from {{ now }}.leads)
{% endif %};

{% for table in by_lead %}
create view {{ table }} as
select *
from {{ source }}.{{ table }}
semi join {{ into }}.main.leads using (lead_type, lead_id);

{% endfor %}
create view call_phrases as
select *
from {{ source }}.call_phrases
semi join (select lead_id from {{ into }}.main.leads where lead_type = 'call') using (lead_id);

create view flow_attempts as
select *
from {{ source }}.flow_attempts
semi join {{ into }}.main.flow_operations using (operation_id);

{% for table in by_site %}
create view {{ table }} as
select *
from {{ source }}.{{ table }}
where {{ "site_id in (" ~ sites | join(", ") ~ ")" if sites and not is_of_manager else "false" }};

{% endfor %}
{% for table in of_everybody %}
create view {{ table }} as
select * from {{ source }}.{{ table }};

{% endfor %}
{% for table in of_nobody %}
create view {{ table }} as
select * from {{ source }}.{{ table }} where false;

{% endfor %}
