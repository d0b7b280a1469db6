attach {{ path | literal }} as {{ name }}{% if read_only %} (read_only){% endif %}

