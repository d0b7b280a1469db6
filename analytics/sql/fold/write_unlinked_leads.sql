{% set is_linked = false %}
{% include "fold/place_leads.sql" %}
