-- Leads whose source in the last non-direct interaction (model 1) is one of $source_1; null: Calltouch gave none.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_attributions
    where attribution_model = 1
        and list_contains($source_1, coalesce(source, 'null'))
)
