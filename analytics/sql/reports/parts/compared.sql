-- Leads that came in both attribution models, by their source and medium in each: leads, the target
-- leads among them, and those whose flag is known.
compared as (
    select
{% for name in ["source", "medium"] %}
        {{ in_model_0(name, model) }} as {{ name }}_0,
        {{ in_model_1(name, model) }} as {{ name }}_1,
{% endfor %}
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from picked
    where other_model is not null
    group by all
)
