{# One of these conditions at least. #}
(
{% for condition in conditions %}
    {{ "or " if not loop.first }}({{ condition | indent(4) }})
{% endfor %}
)
