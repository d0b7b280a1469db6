-- From callback requests to target calls: one row per step, in order.
--
-- A callback request is a chain of calls with one callback_request_id, each call an attempt. Chains
-- with at least one call among those that the filters leave are looked at whole. chains: how many got
-- as far as the step:
--   callback_requests: any call is known;  attempted: a call has ended;
--   reached: a call was answered (status successful);  target: an answered call is a target one.
-- known: of how many of the step before it is known whether they did; share: chains / the first
-- step's, 0 to 1, NULL if there are none.
--
-- Not to be seen: callback requests for which Calltouch made no call at all, and calls that managers
-- made by themselves.
with {{ picked }},

{{ part("attempts") }},

made as (
    select
        callback_request_id,
        {{ is_ended_call }} as is_made,
        {{ is_answered }} as is_answered,
        is_target
    from attempts
),

chains as (
    select
        callback_request_id,
        bool_or(is_made) as is_attempted,
        bool_or(is_answered) as is_reached,
        bool_or(is_target) filter (where is_answered) as is_target
    from made
    group by callback_request_id
),

counted as (
    select
        count(*) as callback_requests,
        count(*) filter (where is_attempted) as attempted,
        count(*) filter (where is_reached) as reached,
        count(is_target) as target_known,
        count(*) filter (where is_target) as target
    from chains
),

steps as (
    select
        unnest(['callback_requests', 'attempted', 'reached', 'target']) as step,
        unnest([1, 2, 3, 4]) as place,
        unnest([callback_requests, attempted, reached, target]) as chains,
        unnest([callback_requests, callback_requests, attempted, target_known]) as known,
        callback_requests as all_chains
    from counted
)

select step, chains, known, chains / nullif(all_chains, 0) as share
from steps
order by place;
