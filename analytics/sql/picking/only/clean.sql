-- Neither spam nor tagged by antifraud.
not coalesce(is_spam, false)
and (lead_type, lead_id) not in (
    select (lead_type, lead_id)
    from lead_tags
    where {{ is_of_antifraud }}
)
