-- The client's previous lead of each of some leads (asked): no row for a client's first. Who is the
-- same client says `links` in definitions.sql; $across 'apart' looks for earlier calls of a call and
-- earlier requests of a request, 'crossed' for earlier leads of both types.
told as (
    select true as by_number, number_id as client, site_id, lead_type, lead_id, {{ moment("leads") }} as moment
    from leads
    semi join asked using (number_id)
    where day <= $to
    union all
    select false as by_number, email_id as client, site_id, lead_type, lead_id, {{ moment("leads") }} as moment
    from leads
    semi join asked using (email_id)
    where day <= $to
),

followed as (
    select
        lead_type,
        lead_id,
        lag({'moment': moment, 'lead_type': lead_type, 'lead_id': lead_id}) over (
            partition by by_number, client, site_id, if($across = 'apart', lead_type, '')
            order by moment, lead_type, lead_id
        ) as previous
    from told
),

preceded as (
    select lead_type, lead_id, max(previous) as previous
    from followed
    semi join asked using (lead_type, lead_id)
    group by lead_type, lead_id
)
