-- The repeat leads whose client's previous lead was longer ago than $longer_than seconds and not
-- longer than $at_most (NULL: however long; longer than 0 means at the same moment too): the leads
-- behind a span of repeat_times. Newest first, at most $top, 0 is all of them.
--
-- previous_...: the client's previous lead; seconds: from it to this one.
-- Who is the same client: docs/fold.md.
with {{ picked }},

asked as (
    select
        lead_type,
        lead_id,
        happened_local,
        {{ moment("picked") }} as moment,
        caller_phone,
        number_id,
        email_id,
        {{ since_previous }} as seconds
    from picked
    where (seconds > $longer_than or seconds >= 0 and $longer_than = 0)
        and seconds <= coalesce($at_most::double, 'infinity'::double)
    order by moment desc, lead_type, lead_id desc
    limit {{ number_or_all("$top") }}
),

{{ part("preceded") }}


select
    asked.lead_type,
    asked.lead_id,
    happened_local,
    caller_phone,
    previous.lead_type as previous_lead_type,
    previous.lead_id as previous_lead_id,
    previous.moment as previous_at,
    seconds
from asked
left join preceded using (lead_type, lead_id)
order by asked.moment desc, asked.lead_type, asked.lead_id desc;
