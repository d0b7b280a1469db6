-- Leads whose source in the last interaction (model 0) is one of $source_0; null: Calltouch gave none.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_attributions
    where attribution_model = 0
        and list_contains($source_0, coalesce(source, 'null'))
)
