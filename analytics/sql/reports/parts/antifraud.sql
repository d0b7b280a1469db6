-- Leads tagged by antifraud. Looked for between the least and the greatest id of the picked leads:
-- of a short period few tags need be read then.
ids as (
    select min(lead_id) as least, max(lead_id) as greatest
    from picked
),

antifraud as (
    select distinct lead_type, lead_id, true as is_antifraud
    from lead_tags
    where {{ is_of_antifraud }}
        and lead_id >= (select least from ids)
        and lead_id <= (select greatest from ids)
)
