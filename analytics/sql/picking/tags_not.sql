{# None of the tags. #}
not {% with first = 1, last = count %}{% include "picking/tagged.sql" %}{% endwith %}
