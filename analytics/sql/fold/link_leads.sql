-- How long before each lead its client's previous one was, into `links`: of the leads that have moved
-- (moved_leads) and of those that come next after where they are or were (places_left). All others
-- have the lead before them that they had. A person's turns are counted anew where any of its leads has
-- moved. present_leads: all leads there are now.
--
-- What the columns mean says parts of definitions.sql (`links`).
create or replace temp table moved_clients as
with moved as (
    select number_id, email_id
    from present_leads
    semi join moved_leads using (lead_type, lead_id)
    union all
    select number_id, email_id
    from places_left
)

select distinct true as by_number, number_id as client
from moved
where number_id is not null
union all
select distinct false, email_id
from moved
where email_id is not null;

create or replace temp table told_leads as
{% with clients = "moved_clients" %}{% include "fold/told_leads.sql" %}{% endwith %};

create or replace temp table disturbed_leads as
with marked as (
    select told_leads.*, moved_leads.lead_id is not null as is_moved, true as is_there
    from told_leads
    left join moved_leads using (lead_type, lead_id)
    union all
    select true, number_id, *, lead_type = 'request', true, false
    from places_left
    where number_id is not null
    union all
    select false, email_id, *, lead_type = 'request', true, false
    from places_left
    where email_id is not null
),

turned as (
    select
        lead_type,
        lead_id,
        client = person as is_of_person,
        {{ known_turns }},
        {% filter indent(8) %}{% include "fold/turns.sql" %}{% endfilter %}

    from told_leads
    window {% include "fold/turn_order.sql" %}

),

followed as (
    select
        lead_type,
        lead_id,
        is_there,
        is_moved
{% for column in links %}
        or coalesce(lag(is_moved) over {{ column }}, false)
{% endfor %}
        as is_disturbed
    from marked
    window {% include "fold/link_orders.sql" %}

)

select distinct lead_type, lead_id
from followed
where is_there and is_disturbed
union
select lead_type, lead_id
from turned
where is_of_person and ({{ turns | join(', ') }}) is distinct from ({{ known_turns }})
union
select lead_type, lead_id
from moved_leads;

-- Those of them that came next have perhaps another client: by e-mail, where they had the number in
-- common.
create or replace temp table other_clients as
with disturbed as (
    select number_id, email_id
    from told_leads
    semi join disturbed_leads using (lead_type, lead_id)
)

from (
    select true as by_number, number_id as client
    from disturbed
    where number_id is not null
    union
    select false, email_id
    from disturbed
    where email_id is not null
)
anti join moved_clients using (by_number, client);

insert into told_leads by name
{% with clients = "other_clients" %}{% include "fold/told_leads.sql" %}{% endwith %};

create or replace temp table links as
with {% include "fold/previous_leads.sql" %}

select
    lead_type,
    lead_id,
    {{ least_of_links }}
from disturbed_leads
left join followed using (lead_type, lead_id)
group by lead_type, lead_id;
