-- None of $tags_not.
(lead_type, lead_id) not in (
    select (lead_type, lead_id)
    from lead_tags
    where list_contains($tags_not, tag)
)
