-- Spam, or tagged by antifraud.
coalesce(is_spam, false)
or (lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_tags
    where {{ is_of_antifraud }}
)
