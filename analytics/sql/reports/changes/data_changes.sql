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
        first_received_at,
        {{ is_unfinished }} and {{ moment("picked") }} < $now - interval 4 hour as is_never_ended
    from picked
),

told as (
    select
        asked.lead_type,
        asked.lead_id,
        bool_and(origin = 'api') as is_from_api,
        greatest(
            min(received_at) filter (where attribution_model = 0),
            min(received_at) filter (where attribution_model = 1)
        ) as has_a_model_at,
        count(distinct attribution_model) = 2 as has_both_models
    from asked
    inner join deliveries using (lead_type, lead_id)
    group by all
),

late as (
    select
        asked.lead_type,
        asked.lead_id,
        bool_or(starts_with(field, 'tags_')) as has_late_tags,
        bool_or(field = 'spam') as has_late_spam
    from asked
    inner join lead_changes using (lead_type, lead_id)
    where changed_at > moment + interval 1 day
    group by all
)

select
    count(*) as leads,
    count(*) filter (where is_from_api) as from_api,
    count(*) filter (where first_received_at > moment + interval 1 day) as late_leads,
    count(*) filter (where has_late_tags) as late_tags,
    count(*) filter (where has_late_spam) as late_spam,
    count(*) filter (
        where has_both_models and has_a_model_at > moment + interval 1 day
    ) as late_models,
    count(*) filter (where is_never_ended) as never_ended
from asked
left join told using (lead_type, lead_id)
left join late using (lead_type, lead_id);
