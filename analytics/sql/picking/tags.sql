-- All of $tags.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_tags
    where list_contains($tags, tag)
    group by lead_type, lead_id
    having count(distinct tag) = len($tags)
)
