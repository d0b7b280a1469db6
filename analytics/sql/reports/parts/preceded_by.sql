-- The client's previous lead of a lead; no row for a client's first.
repeaters as (from parts),

followed as (
    select
        lead_type,
        lead_id,
        moment,
        lag({'moment': moment, 'lead_type': lead_type, 'lead_id': lead_id}) over (
            partition by client order by moment, lead_type, lead_id
        ) as previous
    from told
    semi join repeaters using (client)
),

preceded_by as (
    select lead_type, lead_id, max(previous) as previous
    from followed
    where previous is not null
    group by lead_type, lead_id
)
