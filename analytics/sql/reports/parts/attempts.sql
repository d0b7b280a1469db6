-- The calls of callback requests that any of the picked calls belongs to: all of them, whatever the
-- filters.
chosen as (
    select distinct callback_request_id
    from picked
    where lead_type = 'call' and callback_request_id is not null
),

attempts as (
    select
        callback_request_id,
        happened_at,
        is_ended,
        status,
        is_target,
        callback_final_attempt
    from leads
    semi join chosen using (callback_request_id)
    where lead_type = 'call' and callback_request_id is not null
)
