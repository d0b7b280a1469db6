(
    select
        last.lead_type,
        last.lead_id,
        last.source as source_0,
        last.medium as medium_0,
        non_direct.source as source_1,
        non_direct.medium as medium_1
    from lead_attributions as last
    inner join lead_attributions as non_direct using (lead_type, lead_id)
    where last.attribution_model = 0 and non_direct.attribution_model = 1
)
