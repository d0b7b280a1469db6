{# Of leads of the table: where they stand among others, and the turn that they say. #}
select
    lead_type,
    lead_id,
    {{ standing | join(", ") }},
    {{ moment(table) }} as moment,
{% for column in turns %}
    {{ column if knows_turns else "null" }} as known_{{ column }}{{ "," if not loop.last else "" }}
{% endfor %}
