-- At least one of $tags_any. A tag is written as it is, or after its category: VIP or manual:VIP.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_tags
    where list_contains($tags_any, tag) or list_contains($tags_any, tag_category || ':' || tag)
)
