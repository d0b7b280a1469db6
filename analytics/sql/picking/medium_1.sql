-- Leads whose medium in the last non-direct interaction (model 1) is one of $medium_1; null: Calltouch gave none.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_attributions
    where attribution_model = 1
        and list_contains($medium_1, coalesce(medium, 'null'))
)
