-- Leads whose medium in the last interaction (model 0) is one of $medium_0; null: Calltouch gave none.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_attributions
    where attribution_model = 0
        and list_contains($medium_0, coalesce(medium, 'null'))
)
