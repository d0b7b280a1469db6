{% set is_linked = true %}
{% include "fold/place_leads.sql" %}
