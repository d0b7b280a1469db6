-- Leads whose source and medium are not the same in both attribution models.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from {% include "picking/both_models.sql" %}

    where {{ is_moved }}
)
