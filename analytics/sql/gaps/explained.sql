-- The gaps in shown, each with what has come of it.
--
-- When the API last said what became of the lead.
fetched as (
    select lead_type, lead_id, max(delivery_id) as delivery_id
    from digest.deliveries
    semi join shown using (lead_type, lead_id)
    where origin = 'api'
    group by lead_type, lead_id
),

-- Compared since, and it is as the API says.
agreeing as (
    select distinct shown.lead_type, shown.lead_id, true as is_agreeing
    from shown
    inner join leads using (lead_type, lead_id)
    inner join reconciliation
        on reconciliation.day = leads.happened_local::date
            and reconciliation.site_id = leads.site_id
            and reconciliation.lead_type = leads.lead_type
    anti join reconciliation_differences as different
        on different.lead_type = shown.lead_type and different.lead_id = shown.lead_id
    where reconciliation.compared_at > leads.last_received_at
),

suspected as (
    select
        shown.*,
        case
            when fetched.delivery_id > shown.delivery_id then 'restored from the API'
            when is_agreeing then 'the API has nothing else'
        end as explanation
    from shown
    left join fetched
        on fetched.lead_type = shown.lead_type and fetched.lead_id = shown.lead_id
    left join agreeing
        on agreeing.lead_type = shown.lead_type and agreeing.lead_id = shown.lead_id
)
