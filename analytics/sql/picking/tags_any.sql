{# At least one of the tags. #}
{% with first = 1, last = count %}{% include "picking/tagged.sql" %}{% endwith %}
