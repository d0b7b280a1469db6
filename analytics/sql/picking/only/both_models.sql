-- Leads that came in both attribution models.
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_attributions
    group by lead_type, lead_id
    having count(*) = 2
)
