-- Leads tagged by antifraud.
antifraud as (
    select distinct lead_type, lead_id, true as is_antifraud
    from lead_tags
    where {{ is_of_antifraud }} and lead_day between $from and $to
)
