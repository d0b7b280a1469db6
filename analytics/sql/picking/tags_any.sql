-- At least one of $tags_any.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_tags
    where list_contains($tags_any, tag)
)
