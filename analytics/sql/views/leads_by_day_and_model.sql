{% set view = "leads_by_day_and_model" %}
create view leads_by_day_and_model as
with by_model as (
    select
        leads.* replace (
            1::smallint as attribution_model,
{% for name in daily_traffic %}
            if(attribution_model = 1, {{ name }}, null) as {{ name }}{{ "," if not loop.last else "" }}
{% endfor %}
        ),
        attribution_model = 1 as has_model
    from leads
    union all
    select
        leads.* replace (
            0::smallint as attribution_model,
{% for name in daily_traffic %}
            of_model.{{ name }} as {{ name }}{{ "," if not loop.last else "" }}
{% endfor %}
        ),
        of_model.lead_id is not null as has_model
    from leads
    left join lead_attributions as of_model
        on of_model.lead_type = leads.lead_type
            and of_model.lead_id = leads.lead_id
            and of_model.attribution_model = 0
)

select
    day,
    attribution_model,
    site_id,
    site_name,
    lead_type,
    {{ daily_traffic | join(",\n    ") }},
    {% include "daily/counts.sql" %},
    count(*) filter (where has_model) as attributed_leads
from by_model
group by all;

comment on view leads_by_day_and_model is 'Лиды по дням в каждой модели атрибуции: каждый лид ровно один раз на модель, поэтому всегда выбирайте одну (where attribution_model = 1); где модели у лида нет, колонки трафика NULL | Leads by day in each attribution model: each lead exactly once per model, so always choose one (where attribution_model = 1); where a lead lacks the model, its traffic columns are NULL';
comment on column {{ view }}.attribution_model is '1 — последний непрямой, 0 — последнее взаимодействие | 1 last non-direct, 0 last interaction';
comment on column {{ view }}.attributed_leads is 'У скольких из этих лидов модель есть; у остальных колонки трафика NULL | How many of these leads have the model; of the others the traffic columns are NULL';
{% include "daily/comments.sql" %}
