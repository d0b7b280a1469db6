with sourced as (
    select
        dated.*,
{% if table.is_of_lead %}
        of_lead.day as own_day
{% elif table.instant %}
        (dated."{{ table.instant }}" at time zone $zone)::date as own_day
{% elif table.day %}
        dated."{{ table.day }}" as own_day
{% else %}
        null::date as own_day
{% endif %}
    from "{{ table.name }}" as dated
{% if table.is_of_lead %}
    left join leads as of_lead
        on of_lead.lead_id = dated.lead_id
            and of_lead.lead_type = {{ "'call'" if table.is_of_call else "dated.lead_type" }}
{% endif %}
)
