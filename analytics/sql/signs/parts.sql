{# What a lead of facts counts for: the part and its value; NULL counts for nothing. #}
{% set parts = [
    ("site", "''"),
    ("script", "if(session_id is not null, '', null)"),
    ("kind", "lead_type"),
    ("kind", "if(is_unique, null, if(is_unique is null, null, 'repeat'))"),
    ("kind", "if(status = 'successful', 'answered', if(status = 'unsuccessful', 'missed', null))"),
    ("kind", "if(is_started, 'started', null)"),
    ("kind", "if(is_ended, 'ended', null)"),
    ("kind", "if(utm_source is null and utm_medium is null, 'untagged', null)"),
    ("number", "phone_number"),
    ("tag", "if(utm_source <> '', 'utm_source', null)"),
    ("tag", "if(utm_medium <> '', 'utm_medium', null)"),
    ("tag", "if(utm_campaign <> '', 'utm_campaign', null)"),
    ("tag", "if(utm_content <> '', 'utm_content', null)"),
    ("tag", "if(utm_term <> '', 'utm_term', null)"),
    ("source", "nullif(utm_source, '')"),
] %}
{% for part, value in parts %}
    select
        {{ part | literal }} as part,
        site,
        {{ value }} as value,
        local_moment
    from counted
    where {{ value }} is not null
    {{ "union all" if not loop.last }}
{% endfor %}
