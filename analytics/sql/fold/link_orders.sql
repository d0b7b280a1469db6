{% for column, of_same in links.items() %}
{{ column }} as (
        partition by by_number, client{{ of_same }} order by moment, is_request, lead_id
    ){{ "," if not loop.last else "" }}
{%- endfor %}
