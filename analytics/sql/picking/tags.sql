-- All of $tags. A tag is written as it is, or after its category: VIP or manual:VIP.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from (
        select
            lead_type,
            lead_id,
            unnest(list_intersect([tag, tag_category || ':' || tag], $tags)) as wanted
        from lead_tags
        where list_contains($tags, tag) or list_contains($tags, tag_category || ':' || tag)
    )
    group by lead_type, lead_id
    having count(distinct wanted) = len($tags)
)
