-- None of $tags_not. A tag is written as it is, or after its category: VIP or manual:VIP.
(lead_type, lead_id) not in (
    select (lead_type, lead_id)
    from lead_tags
    where list_contains($tags_not, tag) or list_contains($tags_not, tag_category || ':' || tag)
)
