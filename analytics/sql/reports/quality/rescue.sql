-- Whom to call back: one row per person whose missed calls nobody has answered since, the latest of
-- them; $top rows, 0 is all of them. Of one site; nobody without a phone (caller_phone: in its
-- canonical form), no spam (is_spam, or a tag of antifraud). in_all: how many people there are;
-- pending_in_all: those of them who can still be called back in time.
--
-- Those still within $recovery_hours come first, then the best sources (source_target_low), then the
-- newest. seconds_left: until $recovery_hours are over since that call; negative when they are.
-- attempts: all missed calls of the person since they were last answered, whatever the filters;
-- callbacks: those of them that Calltouch placed for a request to be called back.
-- source_target_rate: the share of target leads, 0 to 1, in all leads of that source and medium
-- whose flag is known (source_target_known), whatever the filters; source_target_low: the lower
-- bound of its 95 % Wilson interval; both NULL where fewer than 20 are known.
with {{ picked }},

{{ part("recoveries") }},

callable as (
    select
        lead_id,
        day,
        site_id,
        person,
        happened_at,
        source,
        medium
    from picked
    where {{ is_missed }}
        and canonical_phone is not null
        and happened_at <= $now
        and not coalesce(is_spam, false)
),

{{ part("antifraud") }},

unanswered as (
    select lead_id
    from recoveries
    where recovered_at is null
),

waiting as materialized (
    select *
    from callable
    semi join unanswered using (lead_id)
    anti join (from antifraud where lead_type = 'call') as tagged using (lead_id)
    qualify row_number() over (
        partition by site_id, person
        order by happened_at desc, lead_id desc
    ) = 1
),

judged as (
    select
        source,
        medium,
        count(is_target) as known,
        {{ target_rate }} as rate,
        {{ wilson_middle("rate", "known") }} - {{ wilson_reach("rate", "known") }} as low
    from leads
    group by source, medium
),

timed as (
    select
        *,
        floor(epoch(happened_at) + $recovery_hours * 3600 - epoch($now))::bigint as seconds_left
    from waiting
),

totals as (
    select count(*) as in_all, count(*) filter (where seconds_left > 0) as pending_in_all
    from timed
),

best as (
    select
        timed.*,
        coalesce(judged.known, 0) as source_target_known,
        if(judged.known >= 20, judged.rate, null) as source_target_rate,
        if(judged.known >= 20, judged.low, null) as source_target_low
    from timed
    left join judged
        on judged.source is not distinct from timed.source
            and judged.medium is not distinct from timed.medium
    order by
        seconds_left > 0 desc,
        source_target_low desc nulls last,
        happened_at desc,
        lead_id desc
    limit {{ number_or_all("$top") }}
),

known as (
    select
        best.lead_id,
        {{ is_missed }} as is_missed,
        leads.is_callback,
        leads.happened_at as called_at,
        max(if({{ is_answered }}, called_at, null)) over (partition by best.lead_id)
            as answered_at
    from leads
    inner join best
        on best.person = leads.person
            and best.site_id is not distinct from leads.site_id
    where leads.is_ended
),

tried as (
    select
        lead_id,
        count(*) as attempts,
        count(*) filter (where is_callback) as callbacks
    from known
    where is_missed and coalesce(called_at >= answered_at, true)
    group by lead_id
)

select
    best.lead_id,
    leads.happened_local,
    leads.site_name,
    leads.canonical_phone as caller_phone,
    best.source,
    best.medium,
    attempts,
    callbacks,
    seconds_left,
    source_target_known,
    source_target_rate,
    source_target_low,
    in_all,
    pending_in_all
from best
inner join tried using (lead_id)
-- The day says where to look: leads of one lie together.
inner join leads on leads.lead_id = best.lead_id and leads.day = best.day and leads.lead_type = 'call'
cross join totals
order by
    seconds_left > 0 desc,
    source_target_low desc nulls last,
    best.happened_at desc,
    best.lead_id desc;
