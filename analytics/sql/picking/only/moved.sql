-- Leads whose source and medium are not the same in both attribution models.
(lead_type, lead_id) in (
    select (last.lead_type, last.lead_id)
    from lead_attributions as last
    inner join lead_attributions as non_direct using (lead_type, lead_id)
    where last.attribution_model = 0
        and non_direct.attribution_model = 1
        and (last.source, last.medium) is distinct from (non_direct.source, non_direct.medium)
)
