{# When the $unit of a picked lead begins. #}
{% if unit == "hour" %}
date_trunc('hour', {{ local_moment }})
{% else %}
date_trunc($unit, day)::date
{% endif %}
