{# What reports share, alone. #}
with {{ picked_or_received }},

{{ part }}

from {{ name }}
