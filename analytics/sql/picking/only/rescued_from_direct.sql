-- Leads that are direct in the last interaction and are not in the last non-direct one.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from {% include "picking/both_models.sql" %}

    where {{ is_rescued_from_direct }}
)
