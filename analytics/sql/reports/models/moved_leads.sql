-- Leads whose source and medium are not the same in the two attribution models, newest first, at
-- most $top, 0 is all of them. ..._0: the last interaction, ..._1: the last non-direct one; NULL:
-- Calltouch gave none.
with {{ picked }},

in_both as (
    select
        lead_type,
        lead_id,
        happened_local,
        is_target,
        {{ moment("picked") }} as moment,
{% for name in ["source", "medium"] %}
        {{ in_model_0(name, model) }} as {{ name }}_0,
        {{ in_model_1(name, model) }} as {{ name }}_1{{ "," if not loop.last else "" }}
{% endfor %}
    from picked
    where other_model is not null
)

select
    lead_type,
    lead_id,
    happened_local,
    source_0,
    medium_0,
    source_1,
    medium_1,
    is_target
from in_both
where {{ is_moved }}
order by moment desc, lead_type, lead_id desc
limit {{ number_or_all("$top") }};
