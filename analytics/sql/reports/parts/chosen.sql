-- The callback requests that any of the picked calls belongs to.
chosen as (
    select distinct callback_request_id
    from picked
    where lead_type = 'call' and callback_request_id is not null
)
