{# Of leads of the table: what tells where they stand among others, and the turn that they say. #}
select
    lead_type,
    lead_id,
    site_id,
    number_id,
    email_id,
    person,
    day,
    {{ moment(table) }} as moment,
{% for column in turns %}
    {{ column if knows_turns else "null" }} as known_{{ column }}{{ "," if not loop.last else "" }}
{% endfor %}
