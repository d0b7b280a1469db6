-- The traffic of one lead, $lead_type and $lead_id, in both attribution models: one row per field.
--
-- field: a column of lead_attributions; last_interaction: its value in model 0; last_non_direct: in
-- model 1; has_last_interaction, has_last_non_direct: whether the model was received. differs: the
-- two are not the same, NULL if only one model was received.
with long as (
    select
        attribution_model,
        unnest([
{% for column in traffic_columns %}
            {{ column | literal }}{{ "," if not loop.last else "" }}
{% endfor %}
        ]) as field,
        unnest([
{% for column in traffic_columns %}
            {{ column }}::varchar{{ "," if not loop.last else "" }}
{% endfor %}
        ]) as value,
        unnest(range(1, {{ traffic_columns | length + 1 }})) as place
    from lead_attributions
    where lead_type = $lead_type and lead_id = $lead_id
)

select
    field,
    max(value) filter (where attribution_model = 0) as last_interaction,
    max(value) filter (where attribution_model = 1) as last_non_direct,
    bool_or(attribution_model = 0) as has_last_interaction,
    bool_or(attribution_model = 1) as has_last_non_direct,
    if(
        has_last_interaction and has_last_non_direct,
        last_interaction is distinct from last_non_direct,
        null
    ) as differs
from long
group by field, place
order by place;
