{# A traffic column of one attribution model, whichever model the filters are about; null: Calltouch
   gave none. #}
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_attributions
    where attribution_model = {{ model }}
        and {% filter indent(8) %}{% include "picking/text.sql" %}{% endfilter %}

)
