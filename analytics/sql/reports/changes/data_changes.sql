-- What the numbers of the leads owe to how and when they were told of, one row.
--
-- from_api: leads that no webhook told of. late_leads: whose first delivery came more than a day
-- after they began. late_tags, late_spam, late_models: of which a tag, the spam mark or a second
-- attribution model came more than a day after they began. never_ended: calls that are still on the
-- phone four hours later, by what came: their end was lost or is yet to come.
with {{ picked }},

asked as not materialized (
    select
        lead_type,
        lead_id,
        {{ moment("picked") }} as moment,
        {{ is_a_day_after("first_received_at", "moment") }} as is_late,
        {{ is_a_day_after("greatest(last_received_at, last_sent_at)", "moment") }} as is_told_of_late,
        other_model is not null as is_of_both,
        {{ is_unfinished }} and moment < $now - interval 4 hour as is_never_ended
    from picked
),

-- What came later than a day can only be found in these.
told_of_late as not materialized (
    from asked
    where is_told_of_late
),

told as (
    select
        told_of_late.lead_type,
        told_of_late.lead_id,
        any_value(moment) as moment,
        min(received_at) filter (where deliveries.attribution_model = 0) as in_one_at,
        min(received_at) filter (where deliveries.attribution_model = 1) as in_the_other_at
    from told_of_late
    inner join deliveries using (lead_type, lead_id)
    where told_of_late.is_of_both
    group by told_of_late.lead_type, told_of_late.lead_id
),

changed as (
    select
        told_of_late.lead_type,
        told_of_late.lead_id,
        bool_or(field <> 'spam') as has_late_tags,
        bool_or(field = 'spam') as has_late_spam
    from told_of_late
    inner join lead_changes using (lead_type, lead_id)
    where {{ is_a_day_after("changed_at", "moment") }}
        and (starts_with(field, 'tags_') or field = 'spam')
    group by told_of_late.lead_type, told_of_late.lead_id
),

-- Every lead was told of by a delivery: few are the leads that the API told of, and of these it is
-- looked up whether a webhook did, too.
fetched as (
    select distinct lead_type, lead_id
    from deliveries
    semi join asked using (lead_type, lead_id)
    where origin = 'api'
),

by_api as (
    select count(*) as from_api
    from fetched
    anti join (
        select lead_type, lead_id
        from deliveries
        semi join fetched using (lead_type, lead_id)
        where origin <> 'api'
    ) as by_webhook using (lead_type, lead_id)
),

late_models as (
    select count(*) as late_models
    from told
    where in_one_at is not null
        and in_the_other_at is not null
        and {{ is_a_day_after("greatest(in_one_at, in_the_other_at)", "moment") }}
),

late_changes as (
    select
        count(*) filter (where has_late_tags) as late_tags,
        count(*) filter (where has_late_spam) as late_spam
    from changed
),

totals as (
    select
        count(*) as leads,
        count(*) filter (where is_late) as late_leads,
        count(*) filter (where is_never_ended) as never_ended
    from asked
)

select
    leads,
    from_api,
    late_leads,
    late_tags,
    late_spam,
    late_models,
    never_ended
from totals
cross join by_api
cross join late_models
cross join late_changes;
