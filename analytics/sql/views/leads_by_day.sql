{% set view = "leads_by_day" %}
create view leads_by_day as
select
    day,
    site_id,
    site_name,
    lead_type,
    {{ daily_traffic | join(",\n    ") }},
    {% include "daily/counts.sql" %}

from leads
group by all;

comment on view leads_by_day is 'Лиды по дням: каждый лид ровно в одной строке, с колонками трафика предпочтительной модели (как в leads); все счётчики складываются | Leads by day: each lead in exactly one row, with the traffic columns of its preferred model (as in leads); all counts add up';
{% include "daily/comments.sql" %}
