-- Leads that Calltouch calls unique and that are not at a depth of $depth days (0: unlimited), or the other way
-- round; newest first, at most $top, 0 is all of them.
--
-- is_unique: Calltouch's flag; ours is the opposite. previous_...: the client's previous lead, by
-- which we judge; NULL when there is none.
-- Who is the same client: docs/fold.md.
with {{ picked }},

asked as (
    select
        lead_type,
        lead_id,
        happened_local,
        {{ moment("picked") }} as moment,
        caller_phone,
        is_unique,
        number_id,
        email_id
    from picked
    where person is not null
        and is_unique <> (
            {{ since_previous }} is null
            or $depth > 0 and {{ since_previous }} > $depth * 86400
        )
    order by moment desc, lead_type, lead_id desc
    limit {{ number_or_all("$top") }}
),

{{ part("preceded") }}


select
    asked.lead_type,
    asked.lead_id,
    happened_local,
    caller_phone,
    is_unique,
    previous.lead_type as previous_lead_type,
    previous.lead_id as previous_lead_id,
    previous.moment as previous_at
from asked
left join preceded using (lead_type, lead_id)
order by asked.moment desc, asked.lead_type, asked.lead_id desc;
