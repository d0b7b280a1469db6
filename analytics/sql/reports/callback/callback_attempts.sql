-- Callback requests by how many attempts were made: one row for each number from 1 to the highest,
-- 30 at most: it stands for 30 and more.
--
-- An attempt is a call with the callback_request_id, a callback request the chain of them. Chains
-- with at least one call among those that the filters leave are looked at whole. reached: chains in
-- which a call was answered (status successful). closed: chains in which a call is marked as the
-- last attempt (callback_final_attempt is neither false nor 0; Calltouch does not say what its
-- values are).
with {{ picked }},

{{ part("attempts") }},

chains as (
    select
        least(count(*), 30) as attempts,
        bool_or({{ is_answered }}) as is_reached,
        bool_or(callback_final_attempt not in ('false', '0', '')) as is_closed
    from attempts
    group by callback_request_id
),

counted as (
    select
        attempts,
        count(*) as chains,
        count(*) filter (where is_reached) as reached,
        count(*) filter (where is_closed) as closed
    from chains
    group by attempts
),

numbers as (
    select unnest(generate_series(1, (select max(attempts) from counted))) as attempts
)

select
    attempts,
    coalesce(chains, 0) as chains,
    coalesce(reached, 0) as reached,
    coalesce(closed, 0) as closed
from numbers
left join counted using (attempts)
order by attempts;
