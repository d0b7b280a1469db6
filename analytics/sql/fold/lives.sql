-- All deliveries of the touched leads, old and new, each with its place in the lead's life.
-- Design rule 3: by time of sending, the start of a call before the rest, then order of receipt.
-- `chain`: the deliveries of one webhook for one lead.
create or replace temp table lives as
with
-- First only the keys are read, then the rows that matter, then their parameters put together.
found as materialized (
    select stored.rowid as row_id, touched.lead_no
    from digest.deliveries as stored
    inner join touched using (lead_type, lead_id)
),

rows_found as materialized (
    select stored.*, found.lead_no, false as is_new
    from digest.deliveries as stored
    inner join found on found.row_id = stored.rowid
),

known as (
    select
        * exclude (sent, other),
        json_merge_patch(json_merge_patch('{}', to_json(sent)), coalesce(other, '{}')) as params
    from rows_found
),

new as (
    select incoming.*, false as is_late, touched.lead_no, true as is_new
    from incoming
    inner join touched using (lead_type, lead_id)
),

every as (
    select * from known
    union all by name
    select * from new
),

placed as (
    select
        *,
        row_number() over life as place,
        min(delivery_id) over (
            life rows between 1 following and unbounded following
        ) < delivery_id as came_late
    from every
    window life as (
        partition by lead_no
        order by sent_at, coalesce(call_phase, '') <> 'callconnected', delivery_id
    )
)

select
    *,
    row_number() over (partition by lead_no, attribution_model order by place) as model_place,
    dense_rank() over (order by lead_no, origin, webhook)::integer as chain,
    row_number() over (partition by lead_no, origin, webhook order by place) as chain_place,
    row_number() over (
        partition by lead_no, origin, webhook, attribution_model order by place
    ) as chain_model_place
from placed;
